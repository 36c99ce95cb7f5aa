import EnrollmentCore
import Foundation
import PKIFormats
import TestSupport
import Testing

/// Shards and deltas as OpenSSL judges them, fetched from the URLs that certificates and lists name.
@Suite struct ListShapeTests {
    /// The URLs of an extension of a certificate or a list.
    private func urls(_ oid: OID, in extensions: [CertificateExtension]) -> [String] {
        let value = extensions.first { $0.oid == oid }?.value ?? []
        return String(decoding: value, as: UTF8.self).matches(of: /http:\/\/[ -~]+?\.crl/).map { String($0.output) }
    }

    private func fetch(_ url: String, _ folder: TemporaryDirectory) async throws -> (list: CertificateRevocationList, file: String) {
        let der = try await Command.run("curl", ["--silent", "--show-error", "--fail", url]).checked().stdout
        let list = try CertificateRevocationList(der: der)
        return (list, try folder.write(url.split(separator: "/").last.map(String.init) ?? "list", list.pem))
    }

    private func verify(_ door: StatusDoor, _ lists: [String], _ options: [String] = [], _ folder: TemporaryDirectory) async throws
        -> CommandResult
    {
        let leaf = try folder.write("leaf.pem", door.leaf.pem)
        let issuer = try folder.write("issuer.pem", try #require(door.ca.issuing.identity.certificate).pem)
        let root = try folder.write("root.pem", try #require(door.ca.root.identity.certificate).pem)
        return try await Command.run(
            "openssl",
            ["verify", "-crl_check", "-CAfile", root, "-untrusted", issuer] + lists.flatMap { ["-CRLfile", $0] } + options + [leaf])
    }

    @Test("openssl takes the shard that the certificate names, or the complete list, and no other shard")
    func shards() async throws {
        try await StatusDoor.serve(ListLayout(shards: 2)) { door in
            let folder = try TemporaryDirectory()
            _ = try await door.ca.services.revocationLists.publish(for: door.ca.issuing, lifetime: 86_400)
            let own = try #require(urls(OIDs.crlDistributionPoints, in: door.leaf.extensions).first)
            let base = own.dropLast(5)
            let other = base + (own.hasSuffix("1.crl") ? "2.crl" : "1.crl")
            let complete = base.dropLast() + ".crl"
            for (url, isRevoked) in [(own, false), (String(complete), false), (own, true), (String(complete), true)] {
                if isRevoked, try await door.ca.services.search.issuance(serialNumber: door.leaf.serialNumber)?.revocation == nil {
                    door.ca.clock.advance(by: 1)
                    try await door.revoke(door.leaf)
                    _ = try await door.ca.services.revocationLists.publish(for: door.ca.issuing, lifetime: 86_400)
                }
                let (list, file) = try await fetch(url, folder)
                #expect((list.entry(for: door.leaf.serialNumber) != nil) == isRevoked)
                let verdict = try await verify(door, [file], [], folder)
                #expect(verdict.succeeded != isRevoked, "\(url): \(verdict.errorText)")
                if isRevoked { #expect(verdict.errorText.contains("certificate revoked")) }
            }
            let (_, wrong) = try await fetch(String(other), folder)
            let verdict = try await verify(door, [wrong], [], folder)
            #expect(!verdict.succeeded)
            #expect(verdict.errorText.contains("different CRL scope") || verdict.errorText.contains("unable to get certificate CRL"))
            let bundle = String(decoding: try await door.curl("relying-party.pem").body, as: UTF8.self)
            #expect(bundle.contains(try await fetch(String(complete), folder).list.pem))
        }
    }

    @Test("openssl -use_deltas sees by base and delta what is revoked, on hold and released", arguments: [1, 2])
    func deltas(shards: Int) async throws {
        try await StatusDoor.serve(ListLayout(shards: shards, hasDeltas: true)) { door in
            let folder = try TemporaryDirectory()
            let schedule = ListSchedule(interval: 6 * 3600, lifetime: 86_400, deltaInterval: 60)
            let lists = door.ca.services.revocationLists
            _ = try await lists.publish(for: door.ca.issuing, lifetime: 86_400)
            let point = try #require(urls(OIDs.crlDistributionPoints, in: door.leaf.extensions).first)
            let base = try await fetch(point, folder)
            let freshest = try #require(urls(OIDs.freshestCRL, in: base.list.extensions).first)
            let options = ["-extended_crl", "-use_deltas"]
            for (wish, isRevoked) in [
                (RevocationRequest.Wish.revoke(.certificateHold), true), (.release, false), (.revoke(.superseded), true),
            ] {
                try await door.decide(door.leaf, wish)
                door.ca.clock.advance(by: 60)
                _ = try #require(try await lists.publishIfDue(for: door.ca.issuing, schedule))
                let delta = try await fetch(freshest, folder)
                let instant = String(Int(door.ca.clock.now.timeIntervalSince1970))
                let verdict = try await verify(door, [base.file, delta.file], options + ["-attime", instant], folder)
                #expect(verdict.succeeded != isRevoked, "\(wish): \(verdict.errorText)")
                if isRevoked { #expect(verdict.errorText.contains("certificate revoked")) }
            }
        }
    }
}
