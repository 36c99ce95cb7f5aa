import EnrollmentCore
import Foundation
import PKIFormats
import Testing

@Suite struct NamePatternTests {
    @Test(arguments: [
        ("*.lab.test", "a.lab.test", true), ("*.lab.test", "A.Lab.Test", true), ("*.lab.test", ".lab.test", false),
        ("*.lab.test", "a.b.lab.test", false),
        ("*.lab.test", "*.lab.test", false), ("device-*", "device-7", true), ("device-*", "device-", false),
        ("device-*", "device-7.test", false),
        ("a*b*c", "aXbYbZc", true), ("a*b*c", "abc", false), ("a*a", "a", false), ("a*a", "aa", false), ("a*a", "aba", true),
        ("ab*", "a", false), ("*ab", "b", false), ("ab", "ab", true), ("ab", "abc", false), ("*@corp.test", "jo@corp.test", true),
        ("*", "a@b", false),
        ("=*.lab.test", "*.lab.test", true),
        ("=*.lab.test", "a.lab.test", false),
    ])
    func globsMatchWithinALabel(_ pattern: String, _ name: String, _ expected: Bool) throws {
        let pattern = try NamePattern(pattern)
        #expect(pattern.covers(.dns(name)) == expected)
        #expect(pattern.covers(commonName: name) == expected)
    }

    @Test func aTypedPatternCoversItsTypeOnly() throws {
        let pattern = try NamePattern("upn:jo@corp.test")
        #expect(pattern.covers(.upn("JO@corp.test")))
        #expect(!pattern.covers(.email("jo@corp.test")))
        #expect(!pattern.covers(commonName: "jo@corp.test"))
        #expect(try NamePattern("ip:192.0.2.1").covers(.ip([192, 0, 2, 1])))
        #expect(try !NamePattern("192.0.2.1").covers(.ip([192, 0, 2, 1])))
        #expect(try NamePattern("uri:urn:Device:*").covers(.uri("urn:Device:7")))
        #expect(try !NamePattern("uri:urn:Device:*").covers(.uri("urn:device:7")))
    }

    @Test func anExactNameCoversItselfAndADNSNameTheSameCommonName() throws {
        let pattern = try #require(NamePattern.exactly(.dns("*.lab.test")))
        #expect(pattern.covers(.dns("*.lab.test")) && !pattern.covers(.dns("a.lab.test")))
        #expect(pattern.covers(commonName: "*.lab.test") && !pattern.covers(commonName: "a.lab.test"))
        #expect(NamePattern.exactly(.registeredID(OIDs.clientAuth)) == nil)
    }

    @Test func theTextFormReadsBack() throws {
        for text in ["*.lab.test", "dns:a", "=dns:*.a.test", "=x", "uri:urn:a:b"] {
            let pattern = try NamePattern(text)
            #expect(pattern.description == text)
            #expect(try JSONDecoder().decode([NamePattern].self, from: JSONEncoder().encode([pattern])) == [pattern])
        }
        #expect(throws: Refusal.self) { try NamePattern("") }
        #expect(throws: Refusal.self) { try NamePattern("dns:") }
    }

    @Test func aLongPatternAndALongNameAreMatchedInBoundedTime() throws {
        let pattern = try NamePattern(String(repeating: "*a", count: 100))
        #expect(!pattern.covers(.dns(String(repeating: "a", count: 2000) + "!")))
    }
}
