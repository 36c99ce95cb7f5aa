import CCryptoki
import PKIFormats

/// A logged-in session with the handle of the private key in it; used by one thread at a time.
final class TokenSession: @unchecked Sendable {
    private let module: CryptokiModule
    private let handle: CK_SESSION_HANDLE
    private let key: CK_OBJECT_HANDLE
    private var functions: CK_FUNCTION_LIST { module.functions }

    /// Opens, logs in and finds the key anew: after a token was away its old handles mean nothing.
    init(_ module: CryptokiModule, _ uri: PKCS11URI) throws {
        self.module = module
        handle = try module.openSession(of: uri)
        do {
            key = try Self.find(CK_OBJECT_CLASS(CKO_PRIVATE_KEY), uri, module.functions, handle)
        } catch {
            _ = module.functions.C_CloseSession(handle)
            throw error
        }
    }

    deinit {
        _ = functions.C_CloseSession(handle)
    }

    private static func find(
        _ objectClass: CK_OBJECT_CLASS, _ uri: PKCS11URI, _ functions: CK_FUNCTION_LIST, _ session: CK_SESSION_HANDLE
    ) throws -> CK_OBJECT_HANDLE {
        let classBytes = withUnsafeBytes(of: objectClass) { Array($0) }
        var wanted: [(CK_ATTRIBUTE_TYPE, [UInt8])] = [(CK_ATTRIBUTE_TYPE(CKA_CLASS), classBytes)]
        if let label = uri.object { wanted.append((CK_ATTRIBUTE_TYPE(CKA_LABEL), Array(label.utf8))) }
        if let id = uri.id { wanted.append((CK_ATTRIBUTE_TYPE(CKA_ID), id)) }
        // One buffer for all values, so that all pointers live as long as the call.
        var values = wanted.flatMap(\.1)
        var found: [CK_OBJECT_HANDLE] = [0, 0]
        var count: CK_ULONG = 0
        let code = values.withUnsafeMutableBytes { buffer -> CK_RV in
            var offset = 0
            var template = wanted.map { type, value in
                defer { offset += value.count }
                return CK_ATTRIBUTE(type: type, pValue: buffer.baseAddress?.advanced(by: offset), ulValueLen: CK_ULONG(value.count))
            }
            return functions.C_FindObjectsInit(session, &template, CK_ULONG(template.count))
        }
        guard code == CK_RV(CKR_OK) else { throw CryptokiFailure(call: "C_FindObjectsInit", code: code) }
        let search = functions.C_FindObjects(session, &found, CK_ULONG(found.count), &count)
        _ = functions.C_FindObjectsFinal(session)
        guard search == CK_RV(CKR_OK) else { throw CryptokiFailure(call: "C_FindObjects", code: search) }
        let what = objectClass == CK_OBJECT_CLASS(CKO_PRIVATE_KEY) ? "private" : "public"
        guard count == 1 else {
            throw KeyFailure(reason: "the token has \(count == 0 ? "no" : "more than one") \(what) key of \(uri)")
        }
        return found[0]
    }

    // MARK: The key

    /// Reads the public key: RSA numbers from the private key, the point of a curve from the public key of the same name.
    func publicKey(_ uri: PKCS11URI) throws -> SubjectPublicKeyInfo {
        let type = try attribute(CK_ATTRIBUTE_TYPE(CKA_KEY_TYPE), of: key)
        let kind = type.withUnsafeBytes { $0.count == MemoryLayout<CK_KEY_TYPE>.size ? $0.loadUnaligned(as: CK_KEY_TYPE.self) : .max }
        if kind == CK_KEY_TYPE(CKK_RSA) {
            return try .rsa(
                modulus: attribute(CK_ATTRIBUTE_TYPE(CKA_MODULUS), of: key),
                exponent: attribute(CK_ATTRIBUTE_TYPE(CKA_PUBLIC_EXPONENT), of: key))
        }
        guard kind == CK_KEY_TYPE(CKK_EC) else { throw KeyFailure(reason: "the key of \(uri) is neither RSA nor of a NIST curve") }
        let other = try Self.find(CK_OBJECT_CLASS(CKO_PUBLIC_KEY), uri, functions, handle)
        let curve = try TLV(attribute(CK_ATTRIBUTE_TYPE(CKA_EC_PARAMS), of: other), "curve of the token's key").oid("curve")
        let point = try attribute(CK_ATTRIBUTE_TYPE(CKA_EC_POINT), of: other)
        // An OCTET STRING by the standard; some modules leave its header out, which begins like a point.
        let bytes = [65, 97, 133].contains(point.count) ? point : try TLV(point, "point of the token's key").octets("point")
        return try .ec(curve: curve, point: bytes)
    }

    private func attribute(_ type: CK_ATTRIBUTE_TYPE, of object: CK_OBJECT_HANDLE) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var count: CK_ULONG = 0
        let code = bytes.withUnsafeMutableBytes { buffer -> CK_RV in
            var wanted = CK_ATTRIBUTE(type: type, pValue: buffer.baseAddress, ulValueLen: CK_ULONG(buffer.count))
            let code = functions.C_GetAttributeValue(handle, object, &wanted, 1)
            count = wanted.ulValueLen
            return code
        }
        try module.check("C_GetAttributeValue", code)
        guard count <= CK_ULONG(bytes.count) else { throw KeyFailure(reason: "the token does not tell its public key") }
        return Array(bytes.prefix(Int(count)))
    }

    func sign(_ input: [UInt8], mechanism: CK_MECHANISM_TYPE) throws(CryptokiFailure) -> [UInt8] {
        var input = input
        var chosen = CK_MECHANISM(mechanism: mechanism, pParameter: nil, ulParameterLen: 0)
        try module.check("C_SignInit", functions.C_SignInit(handle, &chosen, key))
        var signature = [UInt8](repeating: 0, count: 1024)
        var count = CK_ULONG(signature.count)
        try module.check("C_Sign", functions.C_Sign(handle, &input, CK_ULONG(input.count), &signature, &count))
        return Array(signature.prefix(Int(min(count, 1024))))
    }

    /// What C_Decrypt wrote, in a buffer of full length, and how many bytes of it count; no error but that of a lost session, whatever the
    /// module thinks of the padding.
    func decrypt(_ input: [UInt8], transport: KeyTransport) throws(CryptokiFailure) -> (buffer: [UInt8], count: Int) {
        var input = input
        var output = [UInt8](repeating: 0, count: 1024)
        var count = CK_ULONG(output.count)
        let start: CK_RV
        switch transport {
        case .rsaPKCS1:
            var chosen = CK_MECHANISM(mechanism: CK_MECHANISM_TYPE(CKM_RSA_PKCS), pParameter: nil, ulParameterLen: 0)
            start = functions.C_DecryptInit(handle, &chosen, key)
        case .rsaOAEP(let hash):
            let (digest, mask): (Int, Int) =
                switch hash {
                case .sha1: (Int(CKM_SHA_1), 1)
                case .sha256: (Int(CKM_SHA256), 2)
                case .sha384: (Int(CKM_SHA384), 3)
                case .sha512: (Int(CKM_SHA512), 4)
                }
            var parameters = CK_RSA_PKCS_OAEP_PARAMS()
            parameters.hashAlg = CK_MECHANISM_TYPE(digest)
            parameters.mgf = CK_RSA_PKCS_MGF_TYPE(mask)
            parameters.source = CK_RSA_PKCS_OAEP_SOURCE_TYPE(CKZ_DATA_SPECIFIED)
            start = withUnsafeMutableBytes(of: &parameters) { buffer in
                var chosen = CK_MECHANISM(
                    mechanism: CK_MECHANISM_TYPE(CKM_RSA_PKCS_OAEP), pParameter: buffer.baseAddress, ulParameterLen: CK_ULONG(buffer.count))
                return functions.C_DecryptInit(handle, &chosen, key)
            }
        }
        try module.check("C_DecryptInit", start)
        let code = functions.C_Decrypt(handle, &input, CK_ULONG(input.count), &output, &count)
        let failure = CryptokiFailure(call: "C_Decrypt", code: code)
        if failure.isLostSession { throw failure }
        return (output, code == CK_RV(CKR_OK) && count <= 1024 ? Int(count) : 0)
    }
}
