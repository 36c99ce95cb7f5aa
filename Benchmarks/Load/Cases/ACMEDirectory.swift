import Foundation

/// The URLs of an ACME server.
struct ACMEDirectory: Sendable {
    let newNonce: String
    let newAccount: String
    let newOrder: String

    init?(_ body: [UInt8]) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any], let nonce = object["newNonce"] as? String,
            let account = object["newAccount"] as? String, let order = object["newOrder"] as? String
        else { return nil }
        (newNonce, newAccount, newOrder) = (nonce, account, order)
    }
}
