import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite("pkilint reads a certificate of every shipped template", .timeLimit(.minutes(5)))
struct ShippedTemplateTests {
    @Test("Each with every kind of key that it allows and the linter knows")
    func lint() async throws {
        let ca = try await TestCA.found(baseURL: "http://ca.muster.test")
        let folder = try TemporaryDirectory()
        let authorities = [
            "root": try folder.write("root.pem", try #require(ca.root.identity.certificate).pem),
            "issuing": try folder.write("issuing.pem", try #require(ca.issuing.identity.certificate).pem),
        ]
        var documents: [String] = []
        for template in DefaultTemplates.forEnrollment + DefaultTemplates.forOperators {
            for kind in [KeyAlgorithm.p256, .p384, .rsa2048] {
                let certificate = try await ca.shipped(template, .generate(kind))
                let file = try folder.write("\(template.name)-\(kind.rawValue).pem", certificate.pem)
                let issuer = try #require(authorities[template.isAuthority ? "root" : "issuing"])
                documents += ["cert", file, "pair", issuer, file]
            }
        }
        let result = try await Command.run(Repository.python, [Repository.file("Tests/ConformanceTests/lint.py")] + documents)
        #expect(result.succeeded, "\(result.text)\(result.errorText)")
        #expect(result.text.contains("linted \(documents.filter { ["cert", "pair"].contains($0) }.count), findings 0"))
    }
}
