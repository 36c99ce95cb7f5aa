/// The directory (RFC 8555 §7.1.1): the only URL a client is configured with.
package struct DirectoryBody: Sendable, JSONWritable {
    /// What a client should know of the server before it registers (RFC 8555 §9.7.6).
    package struct Meta: Sendable, JSONWritable {
        package var termsOfService: String?
        package var website: String?
        package var externalAccountRequired: Bool

        package init(termsOfService: String?, website: String?, externalAccountRequired: Bool) {
            self.termsOfService = termsOfService
            self.website = website
            self.externalAccountRequired = externalAccountRequired
        }
    }

    package var newNonce: String
    package var newAccount: String
    package var newOrder: String
    package var revokeCert: String
    package var keyChange: String
    package var meta: Meta

    package init(newNonce: String, newAccount: String, newOrder: String, revokeCert: String, keyChange: String, meta: Meta) {
        self.newNonce = newNonce
        self.newAccount = newAccount
        self.newOrder = newOrder
        self.revokeCert = revokeCert
        self.keyChange = keyChange
        self.meta = meta
    }
}

extension DirectoryBody {
    package func write(to text: inout JSONText) {
        text.object { text in
            text.member("keyChange", keyChange)
            text.member("meta", meta)
            text.member("newAccount", newAccount)
            text.member("newNonce", newNonce)
            text.member("newOrder", newOrder)
            text.member("revokeCert", revokeCert)
        }
    }
}

extension DirectoryBody.Meta {
    package func write(to text: inout JSONText) {
        text.object { text in
            text.member("externalAccountRequired", externalAccountRequired)
            text.member("termsOfService", termsOfService)
            text.member("website", website)
        }
    }
}
