import Foundation
import PKIFormats
import SigningKeys

/// Makes the requests of devices ahead of the measurement.
enum Device {
    /// Different in every run, so that no request of an earlier one is repeated.
    static let run = String(UInt32.random(in: 0x1000_0000...0xFFFF_FFFF), radix: 16)

    static func name(_ index: Int) -> String { "d\(run)-\(index).test" }

    /// A PKCS #10 request for the DNS name of a device.
    static func request(
        _ name: String, key: any SigningKey, challenge: String? = nil, subject: DistinguishedName? = nil
    ) async throws -> CertificationRequest {
        var attributes: [(oid: OID, values: [[UInt8]])] = []
        if let challenge { attributes.append(RequestAttribute.challengePassword(challenge)) }
        attributes.append(RequestAttribute.extensionRequest([Extensions.subjectAlternativeName([.dns(name)], critical: false)]))
        let info = CertificationRequest.toBeSigned(
            subject: subject ?? DistinguishedName(commonName: name), publicKey: key.publicKey, attributes: attributes)
        return try await CertificationRequest(info: info, algorithm: key.defaultAlgorithm, signature: key.sign(info))
    }

    /// `count` values made side by side, in order.
    static func prepare<T: Sendable>(_ count: Int, _ make: @escaping @Sendable (Int) async throws -> T) async throws -> [T] {
        try await withThrowingTaskGroup(of: [(Int, T)].self) { group in
            let workers = 2
            for worker in 0..<workers {
                group.addTask {
                    var made: [(Int, T)] = []
                    for index in stride(from: worker, to: count, by: workers) { made.append((index, try await make(index))) }
                    return made
                }
            }
            var all: [(Int, T)] = []
            for try await part in group { all += part }
            return all.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
