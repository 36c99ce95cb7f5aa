import PKIFormats

/// A JWK as it is written in JSON, before anything is believed.
package struct JWKMembers: Sendable {
    let kty: String
    let crv: String?
    let x: String?
    let y: String?
    let n: String?
    let e: String?
    let holdsPrivateMembers: Bool

    package init(_ json: JSONObject) throws(FormatError) {
        kty = try json.text("kty")
        crv = try json.optionalText("crv")
        x = try json.optionalText("x")
        y = try json.optionalText("y")
        n = try json.optionalText("n")
        e = try json.optionalText("e")
        let privateMembers: [StaticString] = ["d", "p", "q", "dp", "dq", "qi", "k"]
        holdsPrivateMembers = privateMembers.contains(where: json.contains)
    }

    /// The key, or why it is none: private members are malformed, an unknown or weak key is a bad key.
    package func key() throws(JWSError) -> JWK {
        guard !holdsPrivateMembers else { throw .malformed(FormatError("jwk", "holds private members; send the public key only")) }
        switch (kty, crv) {
        case ("EC", "P-256"): return try checked(.p256(x: bytes(x, "x"), y: bytes(y, "y")))
        case ("EC", "P-384"): return try checked(.p384(x: bytes(x, "x"), y: bytes(y, "y")))
        case ("EC", "P-521"): return try checked(.p521(x: bytes(x, "x"), y: bytes(y, "y")))
        case ("OKP", "Ed25519"): return try checked(.ed25519(x: bytes(x, "x")))
        case ("RSA", _): return try checked(.rsa(n: bytes(n, "n"), e: bytes(e, "e")))
        default: throw .badKey(FormatError("jwk", "keys of type \(kty) \(crv ?? "") are not accepted"))
        }
    }

    private func bytes(_ text: String?, _ name: String) throws(JWSError) -> [UInt8] {
        guard let text else { throw .malformed(FormatError("jwk", "member \(name) is missing")) }
        guard text.utf8.count <= 1024, let bytes = Base64URL.decode(text) else {
            throw .malformed(FormatError("jwk", "member \(name) is not base64url"))
        }
        return bytes
    }

    private func checked(_ kind: JWK.Kind) throws(JWSError) -> JWK {
        do { return try JWK(kind) } catch { throw .badKey(error) }
    }
}

extension JWK {
    /// Reads a key back from its canonical text.
    package init(canonical: String) throws(JWSError) {
        let members: JWKMembers
        do { members = try JWKMembers(StrictJSON.object(Array(canonical.utf8), what: "jwk")) } catch { throw .malformed(error) }
        self = try members.key()
    }
}
