import ACMEWire
import Foundation
import PKIFormats

/// The way to earn an authorization.
struct Challenge: Sendable {
    enum Status: String, Sendable {
        case pending, processing, valid, invalid
    }

    static let http01 = "http-01"

    /// 256 random bits, base64url.
    let token: String
    private(set) var status = Status.pending
    private(set) var validatedAt: Date?
    private(set) var error: Problem?

    init(token: String) { self.token = token }

    private var isOpen: Bool { status == .pending || status == .processing }
}

/// The steps; each says whether it applies.
extension Challenge {
    mutating func begin() -> Bool {
        guard status == .pending else { return false }
        status = .processing
        return true
    }

    mutating func succeed(at instant: Date) -> Bool {
        guard isOpen else { return false }
        status = .valid
        validatedAt = Date(timeIntervalSince1970: instant.timeIntervalSince1970.rounded(.down))
        return true
    }

    mutating func fail(with problem: Problem) -> Bool {
        guard isOpen else { return false }
        status = .invalid
        error = problem
        return true
    }
}

/// As it stands in the order's row.
extension Challenge: JSONWritable {
    init(_ json: JSONObject) throws(FormatError) {
        token = try json.text("token")
        guard let status = Status(rawValue: try json.text("status")) else { throw FormatError("challenge", "status") }
        self.status = status
        validatedAt = try json.optionalInteger("validated").map { Date(timeIntervalSince1970: TimeInterval($0)) }
        if let problem = try json.optionalObject("error") { error = try Problem(problem) }
    }

    func write(to text: inout JSONText) {
        text.object { text in
            text.member("error", error)
            text.member("status", status.rawValue)
            text.member("token", token)
            text.member("type", Self.http01)
            text.member("validated", validatedAt.map { Int($0.timeIntervalSince1970) })
        }
    }
}
