import Hummingbird
import Logging

/// The request context of every listener: Hummingbird's own storage and the facts of the connection.
package struct TransportContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package let facts: ConnectionFacts

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        facts = ConnectionFacts.current ?? ConnectionFacts(channel: source.channel, isTLS: false)
    }

    package init(facts: ConnectionFacts, logger: Logger) {
        coreContext = .init(source: FactsSource(logger: logger))
        self.facts = facts
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

private struct FactsSource: RequestContextSource {
    let logger: Logger
}
