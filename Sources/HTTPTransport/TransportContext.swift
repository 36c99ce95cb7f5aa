import Hummingbird
import Logging
import NIOCore

/// The request context of every listener: Hummingbird's own storage, the facts of the connection and the body of the request.
package struct TransportContext: RequestContext {
    package struct Source: RequestContextSource {
        package let logger: Logger
        let facts: ConnectionFacts
        let body: ByteBuffer

        package init(facts: ConnectionFacts, body: ByteBuffer, logger: Logger) {
            self.facts = facts
            self.body = body
            self.logger = logger
        }
    }

    package var coreContext: CoreRequestContextStorage
    package let facts: ConnectionFacts
    private let body: ByteBuffer

    package init(source: Source) {
        coreContext = .init(source: source)
        facts = source.facts
        body = source.body
    }

    /// The body, which has arrived whole before a route is asked; reading it from the request takes a dozen suspensions.
    /// - Throws: `.contentTooLarge` beyond `limit` bytes.
    package func body(upTo limit: Int) throws(HTTPError) -> [UInt8] {
        guard body.readableBytes <= limit else { throw HTTPError(.contentTooLarge) }
        return Array(body.readableBytesView)
    }

    /// The client's IP address without a port; nil on a Unix domain socket.
    package var peerAddress: String? { facts.peerAddress }

    package var isTLS: Bool { facts.isTLS }

    /// The user id of the process at the other end of a Unix domain socket.
    package var peerUserID: UInt32? { facts.peerUserID }

    /// The certificates the client presented, DER, leaf first. TLS verified possession of the leaf's key and nothing
    /// else: issuer, validity and revocation are for the route to judge, on every request.
    package func clientCertificates() async -> [[UInt8]] { await facts.clientCertificates() }
}
