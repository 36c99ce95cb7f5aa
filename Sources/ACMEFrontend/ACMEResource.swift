/// What a URL of the door names. The text form is the path below `/acme/LABEL/`.
package enum ACMEResource: Sendable, Hashable {
    case directory, terms, newNonce, newAccount, newOrder, revokeCert, keyChange
    case account(String)
    /// An account's orders; the cursor is the id of the last order of the page before.
    case orders(account: String, after: String?)
    case order(String)
    case finalize(order: String)
    /// The place among the order's identifiers.
    case authorization(order: String, _ position: Int)
    /// The authorization's, which has only one.
    case challenge(order: String, _ position: Int)
    case certificate(order: String)

    package init?(path: String) {
        // The longest has four parts. Bytes, since a slash is never a part of another character there.
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 4, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        switch (parts.first, parts.count) {
        case ("directory", 1): self = .directory
        case ("terms", 1): self = .terms
        case ("new-nonce", 1): self = .newNonce
        case ("new-account", 1): self = .newAccount
        case ("new-order", 1): self = .newOrder
        case ("revoke-cert", 1): self = .revokeCert
        case ("key-change", 1): self = .keyChange
        case ("acct", 2) where Self.isID(parts[1]): self = .account(parts[1])
        case ("acct", 3) where Self.isID(parts[1]) && parts[2] == "orders": self = .orders(account: parts[1], after: nil)
        case ("acct", 4) where Self.isID(parts[1]) && parts[2] == "orders" && Self.isID(parts[3]):
            self = .orders(account: parts[1], after: parts[3])
        case ("order", 2) where Self.isID(parts[1]): self = .order(parts[1])
        case ("order", 3) where Self.isID(parts[1]) && parts[2] == "finalize": self = .finalize(order: parts[1])
        case ("authz", 3) where Self.isID(parts[1]):
            guard let position = Self.position(parts[2]) else { return nil }
            self = .authorization(order: parts[1], position)
        case ("chall", 3) where Self.isID(parts[1]):
            guard let position = Self.position(parts[2]) else { return nil }
            self = .challenge(order: parts[1], position)
        case ("cert", 2) where Self.isID(parts[1]): self = .certificate(order: parts[1])
        default: return nil
        }
    }

    package var path: String {
        switch self {
        case .directory: "directory"
        case .terms: "terms"
        case .newNonce: "new-nonce"
        case .newAccount: "new-account"
        case .newOrder: "new-order"
        case .revokeCert: "revoke-cert"
        case .keyChange: "key-change"
        case .account(let id): "acct/\(id)"
        case .orders(let account, let cursor): "acct/\(account)/orders" + (cursor.map { "/\($0)" } ?? "")
        case .order(let id): "order/\(id)"
        case .finalize(let order): "order/\(order)/finalize"
        case .authorization(let order, let position): "authz/\(order)/\(position)"
        case .challenge(let order, let position): "chall/\(order)/\(position)"
        case .certificate(let order): "cert/\(order)"
        }
    }

    /// The protocol's word for a request to it, as the trail shows it.
    package var operation: String {
        switch self {
        case .directory: "directory"
        case .terms: "terms"
        case .newNonce: "newNonce"
        case .newAccount: "newAccount"
        case .newOrder: "newOrder"
        case .revokeCert: "revokeCert"
        case .keyChange: "keyChange"
        case .account: "account"
        case .orders: "orders"
        case .order: "order"
        case .finalize: "finalize"
        case .authorization: "authorization"
        case .challenge: "challenge"
        case .certificate: "certificate"
        }
    }

    /// The methods it answers; anything else is a 405.
    var methods: [String] {
        switch self {
        case .directory, .terms: ["GET", "HEAD", "POST"]
        case .newNonce: ["GET", "HEAD", "POST"]
        case .newAccount, .newOrder, .revokeCert, .keyChange, .account, .orders, .order, .finalize, .authorization, .challenge,
            .certificate:
            ["POST"]
        }
    }

    /// Up to three digits.
    private static func position(_ text: String) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    /// Ids are 32 lower-case hex digits.
    private static func isID(_ text: String) -> Bool {
        text.utf8.count == 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
