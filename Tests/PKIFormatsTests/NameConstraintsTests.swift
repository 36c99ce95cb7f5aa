import PKIFormats
import TestSupport
import Testing

@Suite("Name constraints (RFC 5280 §4.2.1.10)")
struct NameConstraintsTests {
    private func list(_ tag: UInt8, _ bases: [[UInt8]]) -> [UInt8] {
        bases.isEmpty ? [] : DERBytes.element(tag, bases.flatMap { DERBytes.sequence($0) })
    }

    private func constraints(permitted: [[UInt8]] = [], excluded: [[UInt8]] = []) throws -> NameConstraints {
        try NameConstraints(der: DERBytes.sequence(list(0xA0, permitted), list(0xA1, excluded)))
    }

    private func text(_ tag: UInt, _ base: String) -> [UInt8] { DERBytes.implicit(UInt8(tag), Array(base.utf8)) }

    private func allows(_ constraints: NameConstraints, _ name: GeneralName) -> Bool {
        constraints.violations(subject: .empty, alternativeNames: [name]).isEmpty
    }

    @Test("A DNS name has itself and all below it")
    func dns() throws {
        let permitted = try constraints(permitted: [text(2, "host.Example.com")])
        for (name, isAllowed) in [
            ("host.example.com", true), ("my.HOST.example.com", true), ("bigfoot.example.com", false), ("ahost.example.com", false),
            ("*.host.example.com", true),
        ] {
            #expect(allows(permitted, .dns(name)) == isAllowed, "\(name)")
        }
        // No constraint on mailboxes: they are free.
        #expect(allows(permitted, .email("a@b.test")))
        #expect(try !allows(constraints(excluded: [text(2, "")]), .dns("any.test")))
        #expect(try allows(constraints(permitted: [text(2, "")]), .dns("any.test")))
    }

    @Test("A mailbox, a host's mailboxes, and those of hosts below a domain")
    func mailboxes() throws {
        for (base, name, isAllowed) in [
            ("root@example.com", "root@EXAMPLE.com", true), ("root@example.com", "Root@example.com", false),
            ("example.com", "a@example.com", true), ("example.com", "a@mail.example.com", false),
            (".example.com", "a@mail.example.com", true), (".example.com", "a@example.com", false),
        ] {
            #expect(try allows(constraints(permitted: [text(1, base)]), .email(name)) == isAllowed, "\(base) \(name)")
        }
        #expect(try !allows(constraints(permitted: [text(1, "example.com")]), .internationalMailbox("ü@other.com")))
        // The address in a subject counts too.
        let subject = DistinguishedName([(OIDs.emailAddress, "a@other.com")])
        #expect(try !constraints(permitted: [text(1, "example.com")]).violations(subject: subject, alternativeNames: []).isEmpty)
    }

    @Test("The host of a URI decides; one without a host is forbidden")
    func uris() throws {
        let constraints = try constraints(permitted: [text(6, ".example.com")])
        #expect(allows(constraints, .uri("https://me@api.example.com:8443/path?x#y")))
        for text in ["https://example.com/", "https://api.example.com.evil.test/", "https://192.0.2.1/", "urn:x:y", "https://[::1]/"] {
            #expect(!allows(constraints, .uri(text)), "\(text)")
        }
    }

    @Test("An address lies in a network of its own family")
    func addresses() throws {
        let constraints = try constraints(permitted: [DERBytes.implicit(7, [192, 0, 2, 0, 255, 255, 255, 0])])
        #expect(allows(constraints, .ip([192, 0, 2, 9])))
        #expect(!allows(constraints, .ip([192, 0, 3, 9])))
        #expect(!allows(constraints, .ip([UInt8](repeating: 0, count: 16))))
        #expect(throws: FormatError.self) { try self.constraints(permitted: [DERBytes.implicit(7, [192, 0, 2, 0])]) }
    }

    @Test("A directory name lies below its first RDNs, whatever the string type and case")
    func directories() throws {
        let base = DERBytes.explicit(4, DistinguishedName([(OIDs.country, "DE"), (OIDs.organization, "Lab AG")]).der)
        let constraints = try constraints(permitted: [base])
        let below = DistinguishedName([(OIDs.country, "DE"), (OIDs.organization, "lab  ag"), (OIDs.commonName, "x")])
        #expect(constraints.violations(subject: below, alternativeNames: []).isEmpty)
        #expect(!constraints.violations(subject: DistinguishedName(commonName: "x"), alternativeNames: []).isEmpty)
        #expect(constraints.violations(subject: .empty, alternativeNames: [.dns("a.test")]).isEmpty)
    }

    @Test("A common name that looks like a host is judged as one where no DNS name stands")
    func commonNames() throws {
        let constraints = try constraints(permitted: [text(2, "lab.test")])
        #expect(!constraints.violations(subject: DistinguishedName(commonName: "a.other.test"), alternativeNames: []).isEmpty)
        #expect(constraints.violations(subject: DistinguishedName(commonName: "A person"), alternativeNames: []).isEmpty)
        #expect(constraints.violations(subject: DistinguishedName(commonName: "v1.2"), alternativeNames: [.dns("a.lab.test")]).isEmpty)
    }

    @Test("What cannot be read is refused, and what cannot be judged is forbidden")
    func oddities() throws {
        for der: [UInt8] in [DERBytes.sequence(), DERBytes.sequence(DERBytes.element(0xA0, [])), [5, 0]] {
            #expect(throws: FormatError.self) { try NameConstraints(der: der) }
        }
        // A minimum that is not its default.
        let odd = DERBytes.sequence(DERBytes.element(0xA0, DERBytes.sequence(text(2, "a.test"), DERBytes.implicit(0, [1]))))
        #expect(throws: FormatError.self) { try NameConstraints(der: odd) }
        let other = GeneralName.permanentIdentifier("SN1")
        #expect(try !allows(constraints(permitted: [other.der]), other))
        #expect(try !allows(constraints(excluded: [other.der]), other))
        #expect(try allows(constraints(permitted: [text(1, "example.com")]), .upn("a@b.test")))
        #expect(try !allows(constraints(permitted: [GeneralName.upn("corp.test").der]), .upn("a@b.test")))
    }

    @Test("openssl agrees")
    func openssl() async throws {
        // The library that most relying parties use judges the same bytes: see `verify -x509_strict`.
        let folder = try TemporaryDirectory()
        let key = try await OpenSSL.key(.p256, folder.path("ca.key"))
        try await Command.run(
            "openssl",
            [
                "req", "-x509", "-new", "-key", key, "-subj", "/CN=Constrained", "-days", "30", "-addext",
                "nameConstraints=critical,permitted;DNS:lab.test,permitted;email:lab.test,excluded;IP:10.0.0.0/255.0.0.0", "-out",
                folder.path("ca.pem"),
            ]
        ).checked()
        let authority = try Certificate(pem: folder.text("ca.pem"))
        let constraints = try NameConstraints(der: try #require(authority.ext(OIDs.nameConstraints)).value)
        for (number, (written, name)): (Int, (String, GeneralName)) in [
            ("DNS:a.lab.test", .dns("a.lab.test")), ("DNS:a.other.test", .dns("a.other.test")),
            ("email:a@lab.test", .email("a@lab.test")), ("email:a@sub.lab.test", .email("a@sub.lab.test")),
            ("IP:10.1.2.3", .ip([10, 1, 2, 3])), ("IP:192.0.2.1", .ip([192, 0, 2, 1])),
        ].enumerated() {
            let leafKey = try await OpenSSL.key(.p256, folder.path("leaf.key"))
            let leaf = folder.path("leaf-\(number).pem")
            try await Command.run(
                "openssl",
                [
                    "req", "-x509", "-new", "-key", leafKey, "-CA", folder.path("ca.pem"), "-CAkey", key, "-subj", "/O=x", "-days", "5",
                    "-addext", "subjectAltName=\(written)", "-addext", "basicConstraints=CA:FALSE", "-out", leaf,
                ]
            ).checked()
            let verified = try await Command.run("openssl", ["verify", "-CAfile", folder.path("ca.pem"), leaf])
            #expect(verified.succeeded == allows(constraints, name), "\(written): \(verified.text)\(verified.errorText)")
        }
    }
}
