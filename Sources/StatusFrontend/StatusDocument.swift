import Crypto
import PKIFormats

/// Public bytes with what a cache needs to know.
struct StatusDocument: Sendable {
    let contentType: String
    let body: [UInt8]
    /// Seconds for which a cache may keep it; 0 forbids keeping.
    let maxAge: Int

    /// A strong validator: a digest of the bytes.
    var entityTag: String { "\"\(Array(SHA256.hash(data: body).prefix(16)).hex)\"" }

    var cacheControl: String { maxAge > 0 ? "public, max-age=\(maxAge), no-transform" : "no-store" }

    /// Whether an If-None-Match header names these bytes (RFC 9110 §13.1.2).
    func matches(_ header: String) -> Bool {
        header.prefix(1024).split(separator: ",").contains { candidate in
            let tag = candidate.filter { !$0.isWhitespace }
            return tag == "*" || tag == entityTag || tag == "W/" + entityTag
        }
    }
}
