import Crypto
import Foundation
import PKIFormats

/// Public bytes with what a cache needs to know (RFC 9111; for OCSP RFC 5019 §6).
struct StatusDocument: Sendable {
    let contentType: String
    let body: [UInt8]
    /// A strong validator: a digest of the bytes.
    let entityTag: String
    let lastModified: Date?
    /// No cache may keep it beyond, however fresh it was; nil forbids keeping at all.
    let expires: Date?
    /// Seconds for which a cache may keep it.
    let longestAge: Int

    init(contentType: String, body: [UInt8], lastModified: Date? = nil, expires: Date?, longestAge: Int) {
        self.contentType = contentType
        self.body = body
        self.lastModified = lastModified
        self.expires = expires
        self.longestAge = longestAge
        entityTag = "\"\(Array(SHA256.hash(data: body).prefix(16)).hex)\""
    }

    /// Seconds for which a cache may keep it from now on; 0 forbids keeping.
    func maxAge(at now: Date) -> Int {
        expires.map { max(0, min(longestAge, Int($0.timeIntervalSince(now)))) } ?? 0
    }

    /// Whether an If-None-Match header names these bytes (RFC 9110 §13.1.2).
    func matches(_ header: String) -> Bool {
        header.prefix(1024).split(separator: ",").contains { candidate in
            let tag = candidate.filter { !$0.isWhitespace }
            return tag == "*" || tag == entityTag || tag == "W/" + entityTag
        }
    }
}
