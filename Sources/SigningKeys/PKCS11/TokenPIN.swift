import CCryptoki

/// The PIN of a token whose PIN is written down nowhere: a person types it, once a process.
package struct TokenPIN {
    private let module: CryptokiModule
    private let slot: CK_SLOT_ID

    /// Nil where the PIN is known, from the URI's file, from the environment, or because it was typed already.
    package init?(missingFor uri: PKCS11URI) throws {
        do {
            module = try CryptokiModule.at(uri.module())
            slot = try module.slot(of: uri)
        } catch let failure as CryptokiFailure {
            throw failure.reason
        }
        if try module.pin(of: uri, in: slot) != nil { return nil }
    }

    /// Logs in with the PIN; every key of the token is opened by it from now on.
    package func enter(_ pin: String) throws {
        do {
            try module.keepTyped(Array(pin.utf8), of: slot)
        } catch let failure as CryptokiFailure {
            throw failure.reason
        }
    }
}
