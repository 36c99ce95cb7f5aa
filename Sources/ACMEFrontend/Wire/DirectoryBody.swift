/// The directory (RFC 8555 §7.1.1): the only URL a client is configured with.
package struct DirectoryBody: Sendable, Codable {
    /// What a client should know of the server before it registers (RFC 8555 §9.7.6).
    package struct Meta: Sendable, Codable {
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
