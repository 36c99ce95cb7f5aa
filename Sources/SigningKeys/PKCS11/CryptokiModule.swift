import CCryptoki
import Foundation
import PKIFormats
import Synchronization

/// A PKCS #11 shared library, loaded and initialised once a process and never unloaded.
final class CryptokiModule: @unchecked Sendable {
    private static let loaded = Mutex<[String: CryptokiModule]>([:])

    /// Never changes after loading; the module was told to lock for itself.
    let functions: CK_FUNCTION_LIST
    /// PINs that a person typed, by slot: other keys of the token, and sessions opened anew, log in by them.
    private let typedPINs = Mutex<[CK_SLOT_ID: [UInt8]]>([:])

    /// The module at this path.
    static func at(_ path: String) throws -> CryptokiModule {
        try loaded.withLock { loaded in
            if let known = loaded[path] { return known }
            let module = try CryptokiModule(path)
            loaded[path] = module
            return module
        }
    }

    private init(_ path: String) throws {
        guard path.hasPrefix("/") else { throw KeyFailure(reason: "the PKCS #11 module needs its whole path, not '\(path)'") }
        guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw KeyFailure(reason: "the PKCS #11 module \(path) cannot be loaded")
        }
        typealias GetFunctionList = @convention(c) (UnsafeMutablePointer<UnsafeMutablePointer<CK_FUNCTION_LIST>?>?) -> CK_RV
        guard let symbol = dlsym(library, "C_GetFunctionList") else { throw KeyFailure(reason: "\(path) is not a PKCS #11 module") }
        var list: UnsafeMutablePointer<CK_FUNCTION_LIST>?
        guard unsafeBitCast(symbol, to: GetFunctionList.self)(&list) == CK_RV(CKR_OK), let list else {
            throw KeyFailure(reason: "\(path) is not a PKCS #11 module")
        }
        functions = list.pointee
        var arguments = CK_C_INITIALIZE_ARGS()
        arguments.flags = CK_FLAGS(CKF_OS_LOCKING_OK)
        let code = functions.C_Initialize(&arguments)
        guard code == CK_RV(CKR_OK) || code == CK_RV(CKR_CRYPTOKI_ALREADY_INITIALIZED) else {
            throw CryptokiFailure(call: "C_Initialize", code: code).reason
        }
    }

    func check(_ call: String, _ code: CK_RV) throws(CryptokiFailure) {
        guard code == CK_RV(CKR_OK) else { throw CryptokiFailure(call: call, code: code) }
    }

    /// The PIN of a token, from the file or the environment, else as a person typed it; nil where nobody has told it.
    func pin(of uri: PKCS11URI, in slot: CK_SLOT_ID) throws -> [UInt8]? { try uri.writtenPIN() ?? typedPINs.withLock { $0[slot] } }

    /// Takes a PIN that logs in, for as long as the process runs.
    func keepTyped(_ pin: [UInt8], of slot: CK_SLOT_ID) throws {
        let session = try openSession(in: slot)
        defer { _ = functions.C_CloseSession(session) }
        try logIn(session, pin)
        typedPINs.withLock { $0[slot] = pin }
    }

    /// A session with the token of the URI, logged in.
    func openSession(of uri: PKCS11URI, isWriting: Bool = false) throws -> CK_SESSION_HANDLE {
        let slot = try slot(of: uri)
        guard let pin = try pin(of: uri, in: slot) else {
            throw KeyFailure(reason: "the token's PIN is not known: name its file in the URI (?pin-source=FILE), or set MUSTER_PKCS11_PIN")
        }
        let session = try openSession(in: slot, isWriting: isWriting)
        do {
            try logIn(session, pin)
        } catch {
            _ = functions.C_CloseSession(session)
            throw error
        }
        return session
    }

    private func openSession(in slot: CK_SLOT_ID, isWriting: Bool = false) throws -> CK_SESSION_HANDLE {
        var session: CK_SESSION_HANDLE = 0
        let flags = CK_FLAGS(CKF_SERIAL_SESSION) | (isWriting ? CK_FLAGS(CKF_RW_SESSION) : 0)
        try check("C_OpenSession", functions.C_OpenSession(slot, flags, nil, nil, &session))
        return session
    }

    private func logIn(_ session: CK_SESSION_HANDLE, _ pin: [UInt8]) throws {
        var pin = pin
        let code = functions.C_Login(session, CK_USER_TYPE(CKU_USER), &pin, CK_ULONG(pin.count))
        if code != CK_RV(CKR_USER_ALREADY_LOGGED_IN) { try check("C_Login", code) }
    }

    /// The slot whose token the URI means. Exactly one must fit.
    func slot(of uri: PKCS11URI) throws -> CK_SLOT_ID {
        var count: CK_ULONG = 0
        try check("C_GetSlotList", functions.C_GetSlotList(CK_BBOOL(1), nil, &count))
        var slots = [CK_SLOT_ID](repeating: 0, count: min(Int(count), 1024))
        count = CK_ULONG(slots.count)
        try check("C_GetSlotList", functions.C_GetSlotList(CK_BBOOL(1), &slots, &count))
        let fitting = slots.prefix(Int(count)).filter { (slot: CK_SLOT_ID) -> Bool in
            var info = CK_TOKEN_INFO()
            guard functions.C_GetTokenInfo(slot, &info) == CK_RV(CKR_OK) else { return false }
            return uri.slotID.map { CK_SLOT_ID($0) == slot } ?? true
                && Self.fits(uri.token, info.label) && Self.fits(uri.serial, info.serialNumber)
                && Self.fits(uri.manufacturer, info.manufacturerID) && Self.fits(uri.model, info.model)
        }
        guard let slot = fitting.first, fitting.count == 1 else {
            throw KeyFailure(reason: fitting.isEmpty ? "no token fits \(uri)" : "several tokens fit \(uri): add serial=")
        }
        return slot
    }

    /// Fields of a fixed length, filled with spaces.
    private static func fits(_ wanted: String?, _ field: some Any) -> Bool {
        guard let wanted else { return true }
        let text = withUnsafeBytes(of: field) { String(decoding: $0, as: UTF8.self) }
        return text.trimmingCharacters(in: .whitespaces) == wanted.trimmingCharacters(in: .whitespaces)
    }
}
