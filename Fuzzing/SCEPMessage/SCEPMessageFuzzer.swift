import FuzzerDriver
import PKIFormats
import SCEPWire

/// Everything that a stranger's bytes pass through before and after the decryption of a pkiMessage: transport escapings, CMS, signed
/// attributes, signer certificate, envelope, and the PKCS#10 request inside. Whatever the bytes are, each step gives a value or throws.
@main
struct SCEPMessageFuzzer {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            SCEPMessageFuzzer.read(Array(UnsafeBufferPointer(start: data, count: size)))
            return 0
        }
    }

    static func read(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        _ = SCEPOperation(query: SCEPQuery(text))
        if let message = try? SCEPTransport.message(query: SCEPQuery(text)) { readMessage(message) }
        if let message = try? SCEPTransport.message(body: bytes) { readMessage(message) }
        readRequest(bytes)
        if let certificate = try? Certificate(der: bytes) { readCertificate(certificate) }
    }

    private static func readMessage(_ bytes: [UInt8]) {
        if let envelope = try? CMSEnvelopedData(ber: bytes) { readEnvelope(envelope) }
        guard let message = try? SCEPMessage(ber: bytes) else { return }
        _ = (message.type, message.typeName, message.isSignatureValid, message.attributes.transactionID.text)
        readCertificate(message.signer)
        if let envelope = try? CMSEnvelopedData(ber: message.envelope) { readEnvelope(envelope) }
    }

    private static func readEnvelope(_ envelope: CMSEnvelopedData) {
        _ = envelope.contentCipher
        for recipient in envelope.recipients { _ = (recipient.description, recipient.keyTransport) }
    }

    private static func readCertificate(_ certificate: Certificate) {
        _ = (certificate.description, certificate.isSelfSigned, certificate.keyUsage, certificate.basicConstraints)
        _ = (certificate.extendedKeyUsages, certificate.subjectAlternativeNames.map(\.description), certificate.subject.commonName)
        _ = (certificate.authorityKeyIdentifier, certificate.subjectKeyIdentifier, try? certificate.publicKey.validatedKind())
    }

    private static func readRequest(_ bytes: [UInt8]) {
        guard let request = try? CertificationRequest(der: bytes) else { return }
        _ = (request.subject.description, request.subject.commonName, request.templateName, try? request.challengePassword)
        _ = (request.subjectAlternativeNames.map(\.description), request.isSelfSignatureValid, try? request.publicKey.validatedKind())
        for wish in request.requestedExtensions {
            _ = (try? KeyUsage(der: wish.value), try? KnownExtensions.basicConstraints(wish.value))
        }
        _ = try? request.withoutChallenge()
    }
}
