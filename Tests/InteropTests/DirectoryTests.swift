import Foundation
import TestSupport
import Testing

@Suite("A directory's export gives SIDs to certificates", .oneServer, .timeLimit(.minutes(3)))
struct DirectoryTests {
    @Test("A user enrolls by EST and gets the SID of the export; a wrong row changes nothing")
    func export() async throws {
        let server = try OneServer.current
        let folder = try TemporaryDirectory()
        let sid = "S-1-5-21-1-2-3-1105"
        let file = try folder.write("export.csv", "key,sid,OU,upn\r\nuser:directory.test,\(sid),\"Sales, north\",d@corp.test\r\n")
        let imported = try await server.muster("directory", "import", file, "--source", "ad:corp.test").checked().text
        #expect(imported == "1 entries of ad:corp.test\n")
        for (text, expected) in [
            ("key,sid\nuser:x,S-1-5\n", "row 2: 'S-1-5' is no SID"), ("key,shoe\nuser:x,42\n", "there is no column 'shoe'"),
            ("key\nx\n", "a key is user:NAME"), ("sid\n\(sid)\n", "one of them is 'key'"),
            ("key\n\"user:x\n", "a quote that is not closed"),
        ] {
            let wrong = try folder.write("wrong.csv", text)
            let result = try await server.muster("directory", "import", wrong, "--source", "ad:corp.test")
            #expect(!result.succeeded && result.errorText.contains(expected), "\(result.errorText)")
        }
        let listed = try await server.muster("directory", "list").checked().text
        #expect(listed.contains("user:directory.test") && listed.contains(sid) && listed.contains("OU=Sales, north"))

        let template = """
            kind: Template
            name: directory-user
            keyUsage: [digitalSignature]
            extendedKeyUsages: [clientAuth]
            names: [{type: upn, from: directory, required: true}]
            subject: [{attribute: OU, from: directory}]
            securityIdentifier: required
            lifetime: 7d
            ---
            kind: Endpoint
            name: est-directory
            protocol: est
            label: directory
            bindings: [{authenticators: [password]}]
            policy: {rules: [{name: users, requires: [knowsPassword], templates: [directory-user]}]}

            """
        try await server.muster("apply", "-f", folder.write("directory.yaml", template)).checked()
        try await server.muster(
            "user", "add", "directory.test", "--endpoint", "est-directory", "--password-stdin", input: "pass-one-1234\n"
        )
        .checked()
        let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
        let request = try await OpenSSL.request(key: key, name: "directory.test", folder.path("request.csr"))
        let enrolled = try await ESTClient(server).enroll(
            "directory/simpleenroll", request, in: folder, options: ["--user", "directory.test:pass-one-1234"])
        let text = try await Command.run("openssl", ["x509", "-noout", "-text"], input: Array(enrolled.utf8)).checked().text
        #expect(text.contains("1.3.6.1.4.1.311.25.2") && text.contains("Sales, north") && text.contains(sid), "\(text)")
        try await server.muster("directory", "remove", "--source", "ad:corp.test").checked()
        #expect(try await !server.muster("directory", "list").checked().text.contains("directory.test"))
    }
}
