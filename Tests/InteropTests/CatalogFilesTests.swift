import Foundation
import TestSupport
import Testing

@Suite("Files change endpoints and templates of a running server", .oneServer, .serialized, .timeLimit(.minutes(5)))
struct CatalogFilesTests {
    let server: MusterServer
    let folder: TemporaryDirectory

    init() throws {
        server = try OneServer.current
        folder = try TemporaryDirectory()
    }

    private static let template = """
        kind: Template
        name: kiosk
        title: Kiosk
        keyUsage: [digitalSignature]
        extendedKeyUsages: [clientAuth]
        nameTypes: [dns]
        addsCommonNameToDNS: true
        allowedKeys: [p256]
        lifetime: 7d

        """

    private static let endpoint = """
        kind: Endpoint
        name: est-kiosk
        protocol: est
        label: kiosk
        bindings: [{authenticators: [password]}]
        policy:
          rules:
            - {name: kiosks, requires: [knowsPassword], templates: [kiosk]}

        """

    @Test("What export prints is what apply reads: nothing changes")
    func roundTrip() async throws {
        let exported = try await server.muster("export").checked()
        let file = try folder.write("all.yaml", exported.stdout)
        let applied = try await server.muster("apply", "-f", file).checked().text
        #expect(applied.hasSuffix("nothing to change\n"), "\(applied)")
        #expect(try await server.muster("export").checked().stdout == exported.stdout)
    }

    @Test("A new endpoint with a template of its own issues at once, and its next version too")
    func applyTakesEffect() async throws {
        let file = try folder.write("kiosk.yaml", Self.template + "---\n" + Self.endpoint)
        let dry = try await server.muster("apply", "-f", file, "--dry-run").checked().text
        #expect(dry.contains("+ lifetime: 7d") && dry.hasSuffix("dry run: nothing was changed\n"), "\(dry)")
        #expect(try await !server.muster("export", "kiosk").succeeded)

        #expect(try await server.muster("apply", "-f", file).checked().text.contains("Endpoint est-kiosk: created, version 1"))
        try await server.muster("user", "add", "kiosk.test", "--endpoint", "est-kiosk", "--password-stdin", input: "pass-one-1234\n")
            .checked()
        let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
        let request = try await OpenSSL.request(key: key, name: "kiosk.test", folder.path("kiosk.csr"))
        let options = ["--user", "kiosk.test:pass-one-1234"]
        let enrolled = try await ESTClient(server).enroll("kiosk/simpleenroll", request, in: folder, options: options)
        #expect(enrolled.contains("BEGIN CERTIFICATE"))

        try folder.write("kiosk.yaml", Self.template.replacingOccurrences(of: "7d", with: "2d"))
        let second = try await server.muster("apply", "-f", file, "--json").checked()
        #expect(try JSON(second.stdout)["changes"]?.elements.first?["version"]?.number == 2)
        let list = try await server.muster("list", "--json", "--name", "kiosk.test").checked()
        let issued = try #require(try JSON(list.stdout)["certificates"]?.elements.first)
        #expect(issued["template"]?.string == "kiosk")
        // It keeps the version that it was made under.
        let shown = try await server.muster("show", try #require(issued["serial"]?.string), "--json").checked()
        #expect(try JSON(shown.stdout)["templateVersion"]?.number == 1)
        let told = try await server.muster("transactions", "--json", "--limit", "50").checked().text
        #expect(told.contains("\"apply\""))
    }

    @Test("A file that would let anyone in, or that is wrong, changes nothing and says where and what to do")
    func refusals() async throws {
        for (name, text, expected) in [
            ("open", Self.endpoint.replacingOccurrences(of: "[password]", with: "[]"), "whoever reaches the endpoint would be let in"),
            ("noproof", Self.endpoint.replacingOccurrences(of: "requires: [knowsPassword], ", with: ""), "a rule must require a proof"),
            ("typo", Self.template.replacingOccurrences(of: "lifetime", with: "lifetme"), "there is no 'lifetme'"),
            ("kind", "kind: Templat\nname: x\n", "there are Endpoint, Template"),
            ("key", Self.template.replacingOccurrences(of: "[p256]", with: "[p257]"), "allowedKeys[0]"),
            ("options", Self.endpoint + "options: {nonsense: 1}\n", "nonsense"),
        ] {
            let file = try folder.write("\(name).yaml", text.replacingOccurrences(of: "kiosk", with: "refused"))
            let result = try await server.muster("apply", "-f", file)
            let message = result.errorText
            #expect(!result.succeeded && message.contains(expected) && message.contains("\(name).yaml:1"), "\(name): \(message)")
        }
        // One wrong document of two: neither is written.
        let good = try folder.write("good.yaml", Self.template.replacingOccurrences(of: "kiosk", with: "lonely"))
        #expect(try await !server.muster("apply", "-f", good, folder.path("typo.yaml")).succeeded)
        #expect(try await !server.muster("export", "lonely").succeeded)
    }
}

extension CatalogFilesTests {
    @Test("The examples in the documents are accepted as they stand", arguments: ["CONFIGURATION.md", "POLICY.md", "TEMPLATES.md"])
    func examples(document: String) async throws {
        let text = try String(contentsOfFile: Repository.file("docs/\(document)"), encoding: .utf8)
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
        #expect(!blocks.isEmpty)
        for block in blocks {
            let file = try folder.write("example.yaml", block)
            try await server.muster("apply", "-f", file, "--dry-run").checked()
        }
    }
}
