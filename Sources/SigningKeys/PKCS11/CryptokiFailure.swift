import CCryptoki

/// What a PKCS #11 call answered, other than CKR_OK.
struct CryptokiFailure: Error {
    let call: String
    let code: CK_RV

    /// Whether a new session may help: this one, the login or the token went away.
    var isLostSession: Bool {
        [
            CKR_SESSION_HANDLE_INVALID, CKR_SESSION_CLOSED, CKR_USER_NOT_LOGGED_IN, CKR_DEVICE_REMOVED, CKR_TOKEN_NOT_PRESENT,
            CKR_KEY_HANDLE_INVALID, CKR_OBJECT_HANDLE_INVALID, CKR_CRYPTOKI_NOT_INITIALIZED,
        ].contains { CK_RV($0) == code }
    }

    var reason: KeyFailure {
        let hint =
            switch code {
            case CK_RV(CKR_PIN_INCORRECT): ": the PIN is wrong"
            case CK_RV(CKR_PIN_LOCKED): ": the PIN is locked"
            case CK_RV(CKR_TOKEN_NOT_PRESENT), CK_RV(CKR_DEVICE_REMOVED): ": the token is not there"
            default: ""
            }
        return KeyFailure(reason: "\(call) of the PKCS #11 module failed with 0x\(String(code, radix: 16))\(hint)")
    }
}
