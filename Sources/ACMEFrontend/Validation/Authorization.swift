import ACMEWire
import EnrollmentCore
import Foundation
import PKIFormats

/// The leave of an order's account to use one identifier, earned by a challenge. A part of its order, known by its place there.
struct Authorization: Sendable {
    enum Status: String, Sendable {
        case pending, valid, invalid, deactivated, expired, revoked
    }

    let identifier: Identifier
    private(set) var expires: Date
    private(set) var challenge: Challenge
    private var stored: Status

    /// A new one with a challenge of its own.
    init(of identifier: Identifier, expires: Date, surroundings: Surroundings) {
        self.identifier = identifier
        self.expires = expires
        challenge = Challenge(token: Base64URL.encode(surroundings.randomness.bytes(32)))
        stored = .pending
    }

    /// Expiry is a matter of the reader's clock; no row is written for it.
    func status(at instant: Date) -> Status {
        switch stored {
        case .pending: expires > instant ? .pending : .invalid
        case .valid: expires > instant ? .valid : .expired
        case .invalid, .deactivated, .expired, .revoked: stored
        }
    }

    /// Valid, perhaps for long.
    var isProved: Bool { stored == .valid }
}

/// The steps; each says whether it applies.
extension Authorization {
    mutating func begin() -> Bool { challenge.begin() }

    mutating func succeed(at instant: Date, until expires: Date) -> Bool {
        guard stored == .pending, challenge.succeed(at: instant) else { return false }
        stored = .valid
        self.expires = Date(timeIntervalSince1970: expires.timeIntervalSince1970.rounded(.down))
        return true
    }

    mutating func fail(with problem: Problem) -> Bool {
        guard challenge.fail(with: problem) else { return false }
        if stored == .pending { stored = .invalid }
        return true
    }

    mutating func deactivate() -> Bool {
        guard stored == .pending || stored == .valid else { return false }
        stored = .deactivated
        return true
    }
}

/// As it stands in the order's row.
extension Authorization: JSONWritable {
    init(_ json: JSONObject) throws(FormatError) {
        let body = IdentifierBody(type: try json.text("type"), value: try json.text("value"))
        do { identifier = try Identifier(body, allowsSingleLabel: true) } catch { throw FormatError("authorization", "identifier") }
        guard let status = Status(rawValue: try json.text("status")), let expires = try json.optionalInteger("expires") else {
            throw FormatError("authorization", "status or expiry")
        }
        stored = status
        self.expires = Date(timeIntervalSince1970: TimeInterval(expires))
        challenge = try Challenge(json.object("challenge"))
    }

    func write(to text: inout JSONText) {
        text.object { text in
            text.member("challenge", challenge)
            text.member("expires", Int(expires.timeIntervalSince1970))
            text.member("status", stored.rawValue)
            text.member("type", identifier.body.type)
            text.member("value", identifier.body.value)
        }
    }
}
