import SigningKeys

extension PKCS11URI {
    /// A key's place in a token as it is kept in the key directory.
    static func kept(_ text: String, as name: String) throws -> PKCS11URI {
        do {
            return try PKCS11URI(text)
        } catch {
            throw CommandFailure("the key \(name): \(error)")
        }
    }
}
