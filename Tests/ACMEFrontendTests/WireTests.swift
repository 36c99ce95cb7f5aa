import ACMEWire
import Foundation
import PKIFormats
import Testing

@Suite("ACME wire")
struct WireTests {
    @Test("base64url is strict: no padding, no other alphabet, no stray bits")
    func base64URL() {
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
        #expect(Base64URL.decode("-_8") == [0xFB, 0xFF])
        #expect(Base64URL.decode("") == [])
        for text in ["-_8=", "+/8", "-_9", "A", "AA AA", "A\n"] { #expect(Base64URL.decode(text) == nil, "\(text)") }
        #expect(Base64URL.decode("-_8=", toleratesPadding: true) == [0xFB, 0xFF])
    }

    @Test("base64url of any length reads back, and not with another character, a missing digit or a stray bit anywhere", arguments: 0...40)
    func base64URLAtEveryLength(count: Int) throws {
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
        let text = Base64URL.encode(bytes)
        let foreign = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        #expect(text == foreign && Base64URL.decode(text) == bytes)
        let digits = Array(text.utf8)
        for place in digits.indices {
            var spoilt = digits
            for other in ["+", "/", "=", " ", "\0", "é"] {
                spoilt.replaceSubrange(place..<min(place + other.utf8.count, digits.count), with: Array(other.utf8))
                #expect(Base64URL.decode(String(decoding: spoilt, as: UTF8.self)) == nil)
                spoilt = digits
            }
        }
        // The last digit of a group of two or three has bits that no byte takes.
        guard let last = digits.last, digits.count % 4 > 0 else { return }
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let value = try #require(alphabet.firstIndex(of: last))
        for stray in 1..<(digits.count % 4 == 2 ? 16 : 4) {
            #expect(Base64URL.decode(String(decoding: digits.dropLast() + [alphabet[value | stray]], as: UTF8.self)) == nil)
        }
    }

    @Test("A thumbprint is the one of the published example, and a key authorization joins token and thumbprint")
    func thumbprint() throws {
        let key = try JWK(
            canonical:
                #"{"crv":"P-256","kty":"EC","x":"GO7L_PQHH2V1oiMttyn-F_nyLCL6dS1ayoIGkYMCBzo","y":"nP2Gu_usQ7EJuSh2x05XRokCD3InDOyspxpGXuly2NA"}"#
        )
        #expect(key.thumbprint == "fSITq5YGfxyQs_skW3AYSOKWB9BUp6eHgyvtDOUh4fY")
        #expect(KeyAuthorization.text(token: "t", key: key) == "t.fSITq5YGfxyQs_skW3AYSOKWB9BUp6eHgyvtDOUh4fY")
        #expect(try JWK(canonical: key.canonical) == key)
    }

    @Test("The RSA example of RFC 7638 has the thumbprint printed there")
    func rsaThumbprint() throws {
        let n =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
        let key = try JWK(canonical: #"{"e":"AQAB","kty":"RSA","n":"\#(n)"}"#)
        #expect(key.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(key.publicKey.kind == .rsa(bits: 2048, exponent: [1, 0, 1]))
    }

    @Test(
        "Keys that are no public keys of an accepted kind are refused",
        arguments: [
            #"{"kty":"EC","crv":"P-256","x":"GO7L_PQHH2V1oiMttyn-F_nyLCL6dS1ayoIGkYMCBzo","y":"GO7L_PQHH2V1oiMttyn-F_nyLCL6dS1ayoIGkYMCBzo"}"#,
            #"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#,
            #"{"kty":"EC","crv":"P-256","x":"GO7L_PQHH2V1oiMttyn-F_nyLCL6dS1ayoIGkYMCBzo","y":"nP2Gu_usQ7EJuSh2x05XRokCD3InDOyspxpGXuly2NA","d":"AA"}"#,
            #"{"kty":"oct","k":"AAAA"}"#,
            #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
            #"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#,
            #"{"kty":"OKP","crv":"X25519","x":"AAAA"}"#,
            #"{"kty":"EC","kty":"EC","crv":"P-256"}"#,
        ])
    func badKeys(text: String) { #expect(throws: JWSError.self) { try JWK(canonical: text) } }

    @Test(
        "A body that is no flattened JWS is refused",
        arguments: [
            "", "[]", "null", "{}", #"{"protected":"e30","payload":"","signature":""}"#,
            #"{"protected":"e30","payload":"","signature":"AA"}"#,
            #"{"payload":"","signatures":[{"protected":"e30","signature":"AA"}]}"#,
            #"{"protected":"e30","payload":"","signature":"AA","header":{}}"#,
            #"{"protected":"e30","protected":"e30","payload":"","signature":"AA"}"#,
            #"{"protected":"e30=","payload":"","signature":"AA"}"#, String(repeating: "[", count: 100_000), #"{"a":"#,
            String(repeating: #"{"a":"#, count: 5000),
        ])
    func badBodies(text: String) { #expect(throws: JWSError.self) { try FlattenedJWS(body: Array(text.utf8)) } }

    @Test(
        "A protected header that asks for more than this server does is refused",
        arguments: [
            #"{"alg":"none","kid":"x"}"#, #"{"alg":"HS256","kid":"x"}"#, #"{"alg":"ES256"}"#,
            #"{"alg":"ES256","kid":"x","jwk":{"kty":"EC"}}"#,
            #"{"alg":"ES256","kid":"x","crit":["b64"],"b64":false}"#, #"{"alg":"ES256","kid":"x","x5u":"http://a.test"}"#,
            #"{"alg":"ES256","kid":5}"#, #"{"alg":"ES256","alg":"ES256","kid":"x"}"#, #"{"alg":"ES256","\u0061lg":"ES256","kid":"x"}"#,
        ])
    func badHeaders(text: String) {
        let body = #"{"protected":"\#(Base64URL.encode(Array(text.utf8)))","payload":"","signature":"AA"}"#
        #expect(throws: JWSError.self) { try FlattenedJWS(body: Array(body.utf8)) }
    }

    @Test("DNS names are lower-cased and held to letters, digits, hyphens and real A-labels")
    func dnsNames() throws {
        func name(_ text: String, single: Bool = false) -> String? {
            try? Identifier(IdentifierBody(type: "dns", value: text), allowsSingleLabel: single).body.value
        }
        #expect(name("A.Test") == "a.test")
        #expect(name("xn--bcher-kva.example") == "xn--bcher-kva.example")
        #expect(name("xn--fiqs8s.xn--wgbh1c") == "xn--fiqs8s.xn--wgbh1c")
        #expect(name("localhost") == nil)
        #expect(name("localhost", single: true) == "localhost")
        for text in [
            "", ".", "a..test", "a.test.", "-a.test", "a-.test", "a_b.test", "*.a.test", "b\u{FC}cher.example", "10.0.0.1", "a.123",
            "ab--c.test",
            "xn--a.test", "xn--.test", "xn--bcher-kva-.test", "xn--bcher-kvA0.test", "a.test:80", "a/b.test",
            String(repeating: "a", count: 64) + ".test",
            String(repeating: "a.", count: 10) + "test", "a\0.test",
        ] { #expect(name(text) == nil, "\(text)") }
    }

    @Test("IP identifiers are accepted in their one canonical text only")
    func addresses() {
        func address(_ text: String) -> GeneralName? {
            try? Identifier(IdentifierBody(type: "ip", value: text), allowsSingleLabel: false).generalName
        }
        #expect(address("192.0.2.1") == .ip([192, 0, 2, 1]))
        #expect(address("2001:db8::1") == .ip([0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]))
        for text in ["192.0.2.01", "192.0.2", "2001:DB8::1", "2001:db8:0::1", "fe80::1%eth0", "192.0.2.0/24", "a.test", ""] {
            #expect(address(text) == nil, "\(text)")
        }
    }
}
