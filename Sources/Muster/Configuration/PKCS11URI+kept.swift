import SigningKeys

extension PKCS11URI {
    /// A key's place in a token as it may stand in the key directory: without a PIN, which would be kept beside the data.
    static func kept(_ text: String, as name: String) throws -> PKCS11URI {
        do {
            let reference = try PKCS11URI(text)
            guard !reference.holdsPIN else {
                throw KeyFailure(reason: "pin-value would be kept: name the PIN's file (pin-source=FILE), or set MUSTER_PKCS11_PIN")
            }
            return reference
        } catch {
            throw CommandFailure("the key \(name): \(error)")
        }
    }
}
