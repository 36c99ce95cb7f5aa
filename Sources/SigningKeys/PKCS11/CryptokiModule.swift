import CCryptoki
import Foundation
import PKIFormats
import Synchronization

/// A PKCS #11 shared library, loaded and initialised once a process and never unloaded.
final class CryptokiModule: @unchecked Sendable {
    private static let loaded = Mutex<[String: CryptokiModule]>([:])

    /// Never changes after loading; the module was told to lock for itself.
    let functions: CK_FUNCTION_LIST

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
