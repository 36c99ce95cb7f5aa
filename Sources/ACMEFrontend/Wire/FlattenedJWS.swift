import PKIFormats

/// A signed ACME request: flattened JSON serialisation, one signature, everything protected (RFC 8555 §6.2, RFC 7515 §7.2.2).
package struct FlattenedJWS: Sendable {
    /// Which key the request names: the key itself, or the URL of the account that holds it.
    package enum Signer: Sendable {
        case key(JWK)
        case account(url: String)
    }

    package let header: JWSHeader
    package let algorithm: JWSAlgorithm
    package let signer: Signer
    /// The payload's bytes; empty for POST-as-GET.
    package let payload: [UInt8]
    let signature: [UInt8]
    let signingInput: [UInt8]

    /// Decodes a request body of at most `limit` bytes. Nothing is verified yet.
    package init(body: [UInt8], limit: Int = 65_536) throws(JWSError) {
        guard body.count <= limit else { throw .malformed(FormatError("JWS", "longer than \(limit) bytes")) }
        let (protected, payload, signature) = try Self.format { () throws(FormatError) in
            let members = try StrictJSON.object(body, what: "JWS")
            guard !members.contains("signatures"), !members.contains("header") else {
                throw FormatError("JWS", "only protected, payload and signature are accepted")
            }
            return (try members.string("protected").bytes, try members.string("payload").bytes, try members.string("signature").bytes)
        }
        guard let head = Base64URL.decode(protected) else { throw Self.notBase64("protected") }
        guard let content = Base64URL.decode(payload) else { throw Self.notBase64("payload") }
        guard let value = Base64URL.decode(signature), !value.isEmpty else { throw Self.notBase64("signature") }
        header = try Self.format { () throws(FormatError) in
            try JWSHeader(StrictJSON.object(head, what: "JWS protected header"))
        }
        guard !header.holdsForbiddenMembers else {
            throw .malformed(FormatError("JWS protected header", "crit, b64, jku, x5u and x5c are not accepted"))
        }
        guard let algorithm = JWSAlgorithm(rawValue: header.alg) else {
            throw .badAlgorithm(
                "algorithm \(header.alg.prefix(32)) is not accepted; use one of \(JWSAlgorithm.names.joined(separator: ", "))")
        }
        self.algorithm = algorithm
        switch (header.jwk, header.kid) {
        case (let members?, nil): signer = .key(try members.key())
        case (nil, let url?): signer = .account(url: url)
        default: throw .malformed(FormatError("JWS protected header", "needs exactly one of jwk and kid"))
        }
        self.payload = content
        self.signature = value
        var input: [UInt8] = []
        input.reserveCapacity(protected.count + payload.count + 1)
        input += protected
        input.append(UInt8(ascii: "."))
        input += payload
        signingInput = input
    }

    /// Verifies the signature under `key`, whose type decides the algorithm.
    package func verify(with key: JWK) throws(JWSError) {
        guard key.algorithm == algorithm else {
            throw .badAlgorithm("this key signs with \(key.algorithm.rawValue), the header says \(algorithm.rawValue)")
        }
        guard key.isValid(signature: signature, over: signingInput) else {
            throw .malformed(FormatError("JWS", "the signature does not verify under the account's key"))
        }
    }

    private static func format<T>(_ work: () throws(FormatError) -> T) throws(JWSError) -> T {
        do { return try work() } catch { throw .malformed(error) }
    }

    private static func notBase64(_ member: String) -> JWSError {
        .malformed(FormatError("JWS", "\(member) is empty or not unpadded base64url"))
    }
}
