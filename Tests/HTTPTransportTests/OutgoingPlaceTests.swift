import Foundation
import Testing

@testable import HTTPTransport

@Suite struct OutgoingPlaceTests {
    @Test(
        "What is read by hand is read as URLComponents reads it",
        arguments: [
            "http://a.test:5002/.well-known/acme-challenge/AbC_-1", "http://a.test/", "http://a-b.test:80/x/../y",
            "http://10.0.0.1:00080/x",
            "http://a.test:0/x", "http://a.test:99999/", "http://..:1/", "http://a//b",
        ])
    func same(text: String) throws {
        let plain = try #require(OutgoingPlace(plain: text))
        #expect(plain == OutgoingPlace(try #require(URL(string: text))))
    }

    @Test(
        "What is not plain is left to URLComponents",
        arguments: [
            "https://a.test/", "HTTP://a.test/", "http://A.test/", "http://a.test", "http://a.test?x", "http://a.test/?x",
            "http://a.test/#x",
            "http://a.test/%41", "http://u@a.test/", "http://u:p@a.test/", "http://[::1]/", "http://a.test:/", "http://a.test:123456/",
            "http://a.test:+1/", "http://a_b.test/", "http://:80/", "http:///x", "http://a.test/x y", "http://a.test/\r\n",
            "http://\u{E9}/", "",
        ])
    func others(text: String) { #expect(OutgoingPlace(plain: text) == nil) }
}
