/// An answer of this door, without HTTP.
struct ESTReply: Sendable {
    let status: Int
    /// Sent exactly so; nil for an answer without a body.
    let contentType: String?
    let body: String
    /// Whole seconds: libest takes no date.
    var retryAfter: Int?
    /// Whether to ask for HTTP Basic.
    var asksForPassword = false

    /// One line for people and logs.
    static func text(_ status: Int, _ line: String, retryAfter: Int? = nil, asksForPassword: Bool = false) -> ESTReply {
        ESTReply(
            status: status, contentType: "text/plain; charset=utf-8", body: line + "\n", retryAfter: retryAfter,
            asksForPassword: asksForPassword)
    }
}
