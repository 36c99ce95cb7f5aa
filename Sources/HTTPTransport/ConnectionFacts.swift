import NIOCore
import NIOSSL
import Synchronization

/// What is known of one accepted connection: who is at the other end, and how.
///
/// Bound as a task-local around the connection's requests, so that work which a request causes finds its event loop.
package final class ConnectionFacts: Sendable {
    @TaskLocal static var current: ConnectionFacts?

    /// The client's IP address without a port; nil on a Unix domain socket.
    package let peerAddress: String?
    package let isTLS: Bool
    /// Nil where requests run on the process's own pool.
    let executor: LoopExecutor?
    private let channel: (any Channel)?
    private let mutable: Mutex<Mutable>

    private struct Mutable {
        var presentedChain: [[UInt8]]?
        var peerUserID: UInt32?
    }

    init(channel: any Channel, isTLS: Bool, runsOnLoop: Bool = false) {
        executor = runsOnLoop ? LoopExecutor(channel.eventLoop) : nil
        self.channel = channel
        self.isTLS = isTLS
        peerAddress = channel.remoteAddress?.ipAddress
        mutable = Mutex(Mutable())
    }

    /// Facts of no connection: for requests that reach a router in process.
    package init(peerAddress: String? = nil, isTLS: Bool = false, clientCertificates: [[UInt8]] = [], peerUserID: UInt32? = nil) {
        self.peerAddress = peerAddress
        self.isTLS = isTLS
        channel = nil
        executor = nil
        mutable = Mutex(Mutable(presentedChain: clientCertificates, peerUserID: peerUserID))
    }

    /// The user id of the process at the other end of a Unix domain socket.
    package var peerUserID: UInt32? { mutable.withLock { $0.peerUserID } }

    func record(peerUserID: UInt32) { mutable.withLock { $0.peerUserID = peerUserID } }

    func record(presentedChain: [[UInt8]]) { mutable.withLock { $0.presentedChain = presentedChain } }

    /// The certificates the client presented, DER, leaf first; empty without one.
    ///
    /// On a resumed session TLS does not present the chain again, and the session ticket yields the leaf alone.
    package func clientCertificates() async -> [[UInt8]] {
        if let chain = mutable.withLock({ $0.presentedChain }) { return chain }
        guard isTLS, let channel, let leaf = try? await channel.nioSSL_peerCertificate().get(), let der = try? leaf.toDERBytes() else {
            return []
        }
        record(presentedChain: [der])
        return [der]
    }
}
