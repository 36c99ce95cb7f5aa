/// Why an outgoing request got no answer.
package enum OutgoingFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Not http or https, credentials in the URL, or a host that is neither a DNS name nor an address.
    case badURL(String)
    case portRefused(Int)
    case unresolvable(host: String)
    /// The name has an address that the rules refuse.
    case addressRefused(host: String, address: String)
    case connection(String)
    case timedOut
    case bodyTooLarge(limit: Int)
    case tooManyRedirects(limit: Int)

    package var description: String {
        switch self {
        case .badURL(let url): "refused the URL \(url)"
        case .portRefused(let port): "port \(port) is not allowed"
        case .unresolvable(let host): "no address found for \(host)"
        case .addressRefused(let host, let address): "\(host) has the address \(address), which is not allowed"
        case .connection(let detail): "connection failed: \(detail)"
        case .timedOut: "timed out"
        case .bodyTooLarge(let limit): "the answer is larger than \(limit) bytes"
        case .tooManyRedirects(let limit): "more than \(limit) redirects"
        }
    }
}
