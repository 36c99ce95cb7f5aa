import ESTWire
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct ESTBodyTests {
    private func der() async throws -> [UInt8] {
        try await TestCA.request(SoftwareKey.generate(.p256), commonName: "device-1").der
    }

    @Test("Base64 in any layout, PEM and bare DER are the same request")
    func layouts() async throws {
        let der = try await der()
        let one = Data(der).base64EncodedString()
        let crlf = ESTBody.encode(der, .wrapped).replacingOccurrences(of: "\n", with: "\r\n")
        let new = PEM.encode(label: "NEW CERTIFICATE REQUEST", der)
        let forms = [one, one + "\n", " \t" + one, ESTBody.encode(der, .wrapped), crlf, PEM.encode(label: "CERTIFICATE REQUEST", der), new]
        for form in forms {
            #expect(try ESTBody.decode(Array(form.utf8)) == der)
        }
        #expect(try ESTBody.decode(der) == der)
    }

    @Test(
        "Anything else is refused",
        arguments: ["", "\n", "MIIB!", "MII", "====", "MI-B", "MI_B", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
    func garbage(_ text: String) {
        #expect(throws: FormatError.self) { try ESTBody.decode(Array(text.utf8)) }
    }

    @Test("Two requests in one PEM body are refused")
    func two() async throws {
        let pem = PEM.encode(label: "CERTIFICATE REQUEST", try await der())
        #expect(throws: FormatError.self) { try ESTBody.decode(Array((pem + pem).utf8)) }
    }

    @Test("The answer's layout mirrors the request's, and libest is known by name")
    func mirroring() {
        #expect(ESTBody.Layout(of: Array("AAAA".utf8)) == .oneLine)
        #expect(ESTBody.Layout(of: Array("AAAA\r\n".utf8)) == .oneLine)
        #expect(ESTBody.Layout(of: Array("AAAA\nAAAA\n".utf8)) == .wrapped)
        #expect(ESTBody.Layout(of: [0x30, 0x0A, 0x0A, 0x01]) == .oneLine)
        #expect(ESTBody.Layout(userAgent: "libest 3.2.0p") == .wrapped)
        #expect(ESTBody.Layout(userAgent: "curl/7.88.1") == .oneLine)
        #expect(ESTBody.Layout(userAgent: nil) == .oneLine)
    }

    @Test("One line has no line break, wrapped lines have 64 columns and end in one")
    func encoding() {
        let bytes = [UInt8](repeating: 0x61, count: 100)
        #expect(ESTBody.encode(bytes, .oneLine) == Data(bytes).base64EncodedString())
        let lines = ESTBody.encode(bytes, .wrapped).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.map(\.count) == [64, 64, 8, 0])
    }

    @Test("Request attributes are RFC 8951's CHOICE of OID and Attribute")
    func attributes() {
        let attributes = CSRAttributes(
            key: .elliptic(curve: OIDs.p256), wanted: [OIDs.subjectAlternativeName],
            extensions: [Extensions.extendedKeyUsage([OIDs.clientAuth])])
        #expect(attributes.der.hex.contains("0603551d11"))
        #expect(attributes.der.hex.contains("301506072a8648ce3d0201310a06082a8648ce3d030107"))
        #expect(attributes.der.hex.contains("06092a864886f70d01090e"))
        #expect(CSRAttributes(key: .rsa(bits: 3072)).der.hex == "3013301106092a864886f70d010101310402020c00")
        #expect(CSRAttributes().isEmpty)
    }
}
