import EnrollmentCore
import Foundation
import PKIFormats
import SCEPWire
import SigningKeys
import TestSupport
import Testing

@testable import SCEPFrontend

/// What real clients sent (Tests/Fixtures/scep/README.md), opened with the RA key of the CA that they sent it to.
@Suite("SCEP messages as recorded")
struct SCEPRecordedMessageTests {
    let ra: Certificate
    let issuer: Certificate
    let decoder: SCEPRequestDecoder

    init() throws {
        let ra = try Certificate(pem: String(decoding: Self.fixture("ra.pem"), as: UTF8.self))
        let key = try SoftwareKey(encryptedPEM: String(decoding: Self.fixture("ra.key.pem"), as: UTF8.self), passphrase: "fixture")
        issuer = try Certificate(pem: String(decoding: Self.fixture("issuer.pem"), as: UTF8.self))
        self.ra = ra
        decoder = SCEPRequestDecoder(
            identity: .test(ras: [ra], issuers: [issuer]) { enveloped throws(SCEPRecipient.Failure) in
                do { return try await key.decrypt(enveloped: enveloped, recipient: ra) } catch { throw .failed }
            })
    }

    static func fixture(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: Repository.file("Tests/Fixtures/scep/" + name))))
    }

    private func message(_ name: String) throws -> SCEPMessage {
        let bytes = try Self.fixture(name)
        guard name.hasSuffix(".query") else { return try SCEPMessage(ber: SCEPTransport.message(body: bytes)) }
        let query = String(decoding: bytes, as: UTF8.self)
        #expect(SCEPOperation(query: SCEPQuery(query)) == .pkiOperation)
        return try SCEPMessage(ber: SCEPTransport.message(query: SCEPQuery(query)))
    }

    private func request(_ message: SCEPMessage) async throws -> IssuanceRequest {
        let arrival = Arrival(
            endpoint: "scep-default", binding: "default", operation: message.typeName,
            exchangeID: SCEPRequestDecoder.exchangeID(of: message),
            instant: Date(timeIntervalSince1970: 1_795_355_527))
        return try await decoder.read(decoder.screen(message), arrival: arrival, id: RequestID(in: Surroundings()))
    }

    @Test(
        "The first request of strongSwan and of certmonger carries its challenge and its names",
        arguments: [("strongswan-pkcsreq.der", "device-1.test", 40), ("certmonger-pkcsreq.query", "device-2.test", 77)])
    func enrollment(_ file: String, _ name: String, _ idLength: Int) async throws {
        let message = try message(file)
        #expect(message.type == .pkcsReq && message.digest == .sha256 && message.isSignatureValid)
        #expect(message.attributes.transactionID.bytes.count == idLength && message.attributes.senderNonce?.count == 16)
        let request = try await request(message)
        guard case .enroll = request.intent else { throw FormatError("request", "not an enrollment") }
        #expect((request.credentials.first as? ChallengeCredential)?.secret == "23d55eca6653d01e66c5ed02d3dbcc98f6d251c3")
        #expect(request.credentials.count == 1)
        #expect(request.proposal.commonName == name && request.proposal.alternativeNames == [.dns(name)])
    }

    @Test("The exchange that docs/ISSUANCE-CYCLE.md tells of is the recorded one")
    func toldExchange() throws {
        let exchange = try SCEPRequestDecoder.exchangeID(of: message("strongswan-pkcsreq.der")).hex
        #expect(try String(contentsOfFile: Repository.file("docs/ISSUANCE-CYCLE.md"), encoding: .utf8).contains("X'\(exchange)'"))
    }

    @Test(
        "Renewal by either client names the old certificate, and its signature alone is the credential",
        arguments: [("strongswan-renewalreq.der", "RenewalReq", "device-1.test"), ("certmonger-rekey.query", "PKCSReq", "device-2.test")])
    func renewal(_ file: String, _ type: String, _ name: String) async throws {
        let message = try message(file)
        #expect(message.typeName == type && message.isSignatureValid)
        let request = try await request(message)
        guard case .renew(let old) = request.intent else { throw FormatError("request", "not a renewal") }
        #expect(old == message.signer && old.subject.commonName == name && old.isSigned(by: issuer.publicKey))
        #expect(request.proposal.publicKey != old.publicKey && request.proposal.commonName == name)
        #expect(request.credentials.count == 1 && request.credentials.first is CertificateCredential)
    }

    @Test("scepclient, with SHA-1 and single DES, is told to use AES and SHA-256")
    func weakClient() throws {
        let message = try message("scepclient-pkcsreq.der")
        #expect(message.type == .pkcsReq && message.digest == .sha1 && message.isSignatureValid)
        #expect(message.attributes.transactionID.text.hasSuffix("="))
        let envelope = try CMSEnvelopedData(ber: message.envelope)
        #expect(envelope.contentCipher == .desCBC && envelope.recipients.first?.names(ra) == true)
        let refusal = #expect(throws: Refusal.self) { try decoder.screen(message) }
        #expect(refusal?.code == .unsupportedAlgorithm && refusal?.publicText.contains("use AES and SHA-256") == true)
    }

    @Test("The reply that strongSwan accepted answers its request, signed by the RA, for the request's signer alone")
    func reply() throws {
        let reply = try SCEPTestReply(Self.fixture("certrep-success.der"))
        let request = try message("strongswan-pkcsreq.der")
        #expect(reply.status == .success && reply.isSignatureValid && reply.signer == ra)
        #expect(reply.value(SCEPAttributeType.transactionID) == request.attributes.transactionID.der)
        #expect(reply.value(SCEPAttributeType.recipientNonce) == request.attributes.senderNonce.map { DERBytes.octetString($0) })
        let envelope = try CMSEnvelopedData(ber: reply.content ?? [])
        #expect(envelope.contentCipher == .aes128CBC && envelope.recipients.count == 1)
        #expect(envelope.recipients.first?.names(request.signer) == true)
    }
}
