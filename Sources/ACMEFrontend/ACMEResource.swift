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
        var path = path
        guard let resource = path.withUTF8(Self.read) else { return nil }
        self = resource
    }

    private typealias Part = UnsafeBufferPointer<UInt8>

    /// What stands between slashes, one after the other, as bytes of the path.
    private struct Parts {
        var rest: Part?

        mutating func next() -> Part? {
            guard let rest else { return nil }
            let end = rest.firstIndex(of: UInt8(ascii: "/"))
            self.rest = end.map { Part(rebasing: rest[($0 + 1)...]) }
            return end.map { Part(rebasing: rest[..<$0]) } ?? rest
        }
    }

    private static func read(_ path: UnsafeBufferPointer<UInt8>) -> ACMEResource? {
        var parts = Parts(rest: path)
        // The longest has four.
        guard let word = parts.next() else { return nil }
        let (second, third, fourth) = (parts.next(), parts.next(), parts.next())
        guard parts.rest == nil else { return nil }
        switch (String(decoding: word, as: UTF8.self), second, third, fourth) {
        case ("directory", nil, _, _): return .directory
        case ("terms", nil, _, _): return .terms
        case ("new-nonce", nil, _, _): return .newNonce
        case ("new-account", nil, _, _): return .newAccount
        case ("new-order", nil, _, _): return .newOrder
        case ("revoke-cert", nil, _, _): return .revokeCert
        case ("key-change", nil, _, _): return .keyChange
        case ("acct", let account?, nil, _): return id(account).map { .account($0) }
        case ("acct", let account?, let word?, nil): return id(account, before: "orders", word).map { .orders(account: $0, after: nil) }
        case ("acct", let account?, let word?, let last?):
            guard let after = id(last) else { return nil }
            return id(account, before: "orders", word).map { .orders(account: $0, after: after) }
        case ("order", let order?, nil, _): return id(order).map { .order($0) }
        case ("order", let order?, let word?, nil): return id(order, before: "finalize", word).map { .finalize(order: $0) }
        case ("authz", let order?, let number?, nil):
            guard let position = position(number) else { return nil }
            return id(order).map { .authorization(order: $0, position) }
        case ("chall", let order?, let number?, nil):
            guard let position = position(number) else { return nil }
            return id(order).map { .challenge(order: $0, position) }
        case ("cert", let order?, nil, _): return id(order).map { .certificate(order: $0) }
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
    private static func position(_ part: Part) -> Int? {
        guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// 32 lower-case hex digits.
    private static func id(_ part: Part) -> String? {
        guard part.count == 32, part.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
        return String(decoding: part, as: UTF8.self)
    }

    /// The same, where this word follows it.
    private static func id(_ part: Part, before word: String, _ next: Part) -> String? {
        next.elementsEqual(word.utf8) ? id(part) : nil
    }
}
