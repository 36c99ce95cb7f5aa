import PKIFormats
import SCEPWire
import TestSupport
import Testing

@Suite("SCEP messages as other programs write and read them")
struct SCEPForeignMessageTests {
    @Test(
        "An envelope that OpenSSL wrote is read, streamed as BER or not, with PKCS #1 or OAEP key transport, by serial number or key id",
        arguments: [
            ["-aes128"], ["-aes192", "-keyid"], ["-aes256", "-stream"],
            ["-aes256", "-recip", "ra.pem", "-keyopt", "rsa_padding_mode:oaep"],
            [
                "-aes128", "-stream", "-recip", "ra.pem", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256", "-keyopt",
                "rsa_mgf1_md:sha256",
            ],
        ])
    func openSSLEnvelope(_ options: [String]) async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let folder = try TemporaryDirectory()
        try folder.write("ra.pem", server.ra.pem)
        try folder.write("csr", try await client.csr(challenge: server.challenge(covers: "device-1")).der)
        let recipient = options.contains("-recip") ? [] : ["ra.pem"]
        try await Command.run(
            "openssl", ["cms", "-encrypt", "-binary", "-in", "csr", "-outform", "DER", "-out", "envelope"] + options + recipient,
            in: folder.path
        ).checked()
        let reply = try await server.exchange(client.message(envelope: folder.read("envelope")))
        let recipients = try CMSEnvelopedData(ber: folder.read("envelope")).recipients
        #expect(try await reply.certificates(for: client).count == 1)
        #expect(try CMSEnvelopedData(ber: reply.content ?? []).recipients.map(\.keyTransport) == recipients.map(\.keyTransport))
    }

    @Test("OpenSSL verifies our replies, opens them, and finds the certificate")
    func openSSLReadsReplies() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let folder = try TemporaryDirectory()
        let message = try await client.message(client.csr(challenge: server.challenge(covers: "device-1")).der, to: server.ra)
        try folder.write("reply", try await server.post(message).body)
        try folder.write("chain.pem", server.root.pem + server.issuer.pem)
        try folder.write("key.pem", try client.key.unencryptedPEM())
        try folder.write("client.pem", client.signer.pem)
        try await Command.run(
            "openssl",
            ["cms", "-verify", "-binary", "-inform", "DER", "-in", "reply", "-CAfile", "chain.pem", "-purpose", "any", "-out", "envelope"],
            in: folder.path
        ).checked()
        try await Command.run(
            "openssl",
            [
                "cms", "-decrypt", "-binary", "-inform", "DER", "-in", "envelope", "-inkey", "key.pem", "-recip", "client.pem", "-out",
                "inner",
            ],
            in: folder.path
        ).checked()
        let printed = try await Command.run("openssl", ["pkcs7", "-inform", "DER", "-in", "inner", "-print_certs"], in: folder.path)
            .checked()
        #expect(String(decoding: printed.stdout, as: UTF8.self).contains("subject=CN = device-1"))
        let failure = try await server.post(client.message(client.csr(challenge: "wrong").der, to: server.ra))
        try folder.write("failure", failure.body)
        try await Command.run(
            "openssl",
            ["cms", "-verify", "-binary", "-inform", "DER", "-in", "failure", "-CAfile", "chain.pem", "-purpose", "any", "-out", "empty"],
            in: folder.path
        ).checked()
        #expect(try folder.read("empty").isEmpty)
    }

    @Test("A message with indefinite lengths and its content in pieces is read, as Apple and Go clients write it")
    func indefiniteLengths() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let message = try await client.message(client.csr(challenge: server.challenge(covers: "device-1")).der, to: server.ra)
        let reply = try await server.exchange(Self.indefinite(TLV(message, "message"), depth: 0))
        #expect(reply.status == .success)
    }

    @Test("Signed attributes out of order are accepted, whether the signature is over the order sent or over the sorted one")
    func unsortedAttributes() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let envelope = try CMSEnvelopedData.encrypt(csr.der, to: server.ra)
        let sorted = CMSSignedData.signedAttributes(
            contentType: OIDs.data, messageDigest: client.digest.digest(envelope), signingTime: nil,
            extra: [
                (SCEPAttributeType.transactionID, client.transactionID.der),
                (SCEPAttributeType.messageType, SCEPString(printable: "19").der),
            ])
        let reversed = DERBytes.setInOrder(try TLV(sorted, "attributes").elements("attributes", limit: 9).map(\.raw).reversed())
        for signed in [sorted, reversed] {
            let message = try await CMSSignedData.assemble(
                content: envelope, contentType: OIDs.data, digest: client.digest, signedAttributes: reversed, signer: client.signer,
                signature: client.key.sign(signed), certificates: [client.signer])
            #expect(try await server.exchange(message).status == .success)
        }
    }

    @Test("S10: The signer is found by its identifier among several certificates, and the reply is for it alone")
    func severalCertificates() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client(0)
        let other = try await SCEPTestClient.selfSigned(#require(SCEPTestClient.keys.last), name: "other")
        let envelope = try await CMSEnvelopedData.encrypt(
            client.csr(challenge: server.challenge(covers: "device-1")).der, to: server.ra)
        let attributes = CMSSignedData.signedAttributes(
            contentType: OIDs.data, messageDigest: client.digest.digest(envelope), signingTime: nil,
            extra: [
                (SCEPAttributeType.transactionID, client.transactionID.der),
                (SCEPAttributeType.messageType, SCEPString(printable: "19").der),
            ])
        let message = try await CMSSignedData.assemble(
            content: envelope, contentType: OIDs.data, digest: client.digest, signedAttributes: attributes, signer: client.signer,
            signature: client.key.sign(attributes), certificates: [other, server.issuer, client.signer])
        let reply = try await server.exchange(message)
        let recipients = try CMSEnvelopedData(ber: reply.content ?? []).recipients
        #expect(
            recipients.count == 1 && recipients.first?.names(client.signer) == true && reply.value(SCEPAttributeType.recipientNonce) == nil)
    }

    @Test("S11: Two signers, no signer, another content type and missing signed attributes are refused")
    func malformedSignedData() async throws {
        let client = try await SCEPEnrollmentTests.client()
        let content: [UInt8] = [0x30, 0]
        func assemble(_ attributes: [UInt8], _ type: OID = OIDs.data) async throws -> [UInt8] {
            try await CMSSignedData.assemble(
                content: content, contentType: type, digest: client.digest, signedAttributes: attributes, signer: client.signer,
                signature: client.key.sign(attributes), certificates: [client.signer])
        }
        let id: [(OID, [UInt8])] = [(SCEPAttributeType.transactionID, client.transactionID.der)]
        let digest = client.digest.digest(content)
        let good = CMSSignedData.signedAttributes(contentType: OIDs.data, messageDigest: digest, signingTime: nil, extra: id)
        let anonymous = CMSSignedData.signedAttributes(contentType: OIDs.data, messageDigest: digest, signingTime: nil)
        let bare = DERBytes.set(of: [DERBytes.sequence(SCEPAttributeType.transactionID.der, DERBytes.set(of: [client.transactionID.der]))])
        let message = try await assemble(good)
        #expect(try SCEPMessage(ber: message).isSignatureValid)
        for bytes in [
            try await assemble(anonymous), try await assemble(bare), try await assemble([]), try await assemble(good, OIDs.envelopedData),
            CMSSignedData.degenerate(certificates: [client.signer]), try Self.doublingTheSigner(of: message),
        ] {
            #expect(throws: FormatError.self) { try SCEPMessage(ber: bytes) }
        }
    }

    /// The outer three levels with indefinite lengths, and eContent in two pieces.
    private static func indefinite(_ element: TLV, depth: Int) throws -> [UInt8] {
        if depth == 5, element.tag == .octetString, let bytes = element.primitive {
            let middle = bytes.count / 2
            return [0x24, 0x80] + DERBytes.octetString(Array(bytes.prefix(middle))) + DERBytes.octetString(Array(bytes.dropFirst(middle)))
                + [0, 0]
        }
        guard element.isConstructed, let tag = element.raw.first, depth <= 3 || tag == 0xA0 && depth == 4 else { return element.raw }
        let inner = try element.elements("message", limit: 100).flatMap { try indefinite($0, depth: depth + 1) }
        return [tag, 0x80] + inner + [0, 0]
    }

    private static func doublingTheSigner(of message: [UInt8]) throws -> [UInt8] {
        let structure = "message"
        let outer = try TLV(message, structure).elements(structure, limit: 2)
        var fields = try TLV(message, structure).elements(structure, limit: 2)[1].inner(structure).elements(structure, limit: 9).map(\.raw)
        let signer = try TLV(fields.removeLast(), structure).elements(structure, limit: 1).map(\.raw)
        return DERBytes.sequence(
            outer[0].raw, DERBytes.explicit(0, DERBytes.sequence(of: fields + [DERBytes.setInOrder(signer + signer)])))
    }
}
