import EnrollmentCore
import Foundation
import PKIFormats

/// The credentials that a new CA starts with: all generated, none a default.
struct FirstCredentials: Sendable {
    static let username = "device"
    /// Outside the lab the first challenge is good once, for a day.
    private static let challengeLifetime: TimeInterval = 86_400
    private static let labNames = ["*.test", "*.*.test", "*.localhost", "localhost", "device-*"]

    let credentials: LabCredentials
    let covers: [String]
    let isOneTime: Bool

    static func make(_ configuration: Configuration, _ services: EnrollmentServices) async throws -> FirstCredentials {
        let covers = configuration.lab ? labNames : ["device-*", "*.\(domain(of: configuration.hostname))"]
        let patterns = try covers.map { try NamePattern($0) }
        let challenge = try await services.challenges.make(
            endpoint: DefaultEndpoints.scep, isOneTime: !configuration.lab, covers: patterns,
            lifetime: configuration.lab ? nil : challengeLifetime)
        let est = try await addUser(DefaultEndpoints.est, patterns, services)
        let wstep = try await addUser(DefaultEndpoints.wstep, patterns, services)
        return FirstCredentials(
            credentials: LabCredentials(challenge: challenge.secret, est: est, wstep: wstep), covers: covers, isOneTime: !configuration.lab)
    }

    private static func addUser(_ endpoint: String, _ patterns: [NamePattern], _ services: EnrollmentServices) async throws
        -> LabCredentials.Login
    {
        let password = services.surroundings.randomness.bytes(16).hex
        try await services.users.add(username, endpoint: endpoint, password: password, covers: patterns)
        return LabCredentials.Login(username: username, password: password)
    }

    /// `corp.example` of `ca.corp.example`; a name of two parts is a domain itself.
    private static func domain(of hostname: String) -> String {
        let labels = hostname.split(separator: ".")
        return labels.count > 2 ? labels.dropFirst().joined(separator: ".") : hostname
    }
}
