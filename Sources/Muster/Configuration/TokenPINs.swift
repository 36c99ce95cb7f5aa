import SigningKeys

/// Asks for the PINs of tokens, each token's once, before any key of theirs is used; a running server never asks.
enum TokenPINs {
    /// - Parameter references: keys whose tokens are needed; those whose PIN is known, or who have no terminal to ask at, are left alone.
    static func ask(for references: [PKCS11URI]) throws {
        guard Terminal.isThere else { return }
        for reference in references {
            do {
                try TokenPIN(missingFor: reference)?.enter(Terminal.readSecret("PIN of the token (\(reference)): "))
            } catch let failure as KeyFailure {
                throw CommandFailure("the token (\(reference)): \(failure)")
            }
        }
    }
}
