import NIOCore
import NIOSSL

/// A key of a curve that signs handshakes elsewhere. Not RSA: TLS 1.3 wants PSS of it, which tokens often lack.
package struct RemoteTLSKey: NIOSSLCustomPrivateKey, Hashable {
    package enum Curve: Sendable, Hashable { case p256, p384 }

    private let curve: Curve
    private let publicKey: [UInt8]
    private let signMessage: @Sendable ([UInt8]) async throws -> [UInt8]

    /// - Parameters:
    ///   - publicKey: tells keys apart.
    ///   - sign: makes the ECDSA signature, in DER, over a message with the digest of the curve's length.
    package init(_ curve: Curve, publicKey: [UInt8], sign: @escaping @Sendable ([UInt8]) async throws -> [UInt8]) {
        self.curve = curve
        self.publicKey = publicKey
        signMessage = sign
    }

    package var signatureAlgorithms: [SignatureAlgorithm] {
        switch curve {
        case .p256: [.ecdsaSecp256R1Sha256]
        case .p384: [.ecdsaSecp384R1Sha384]
        }
    }

    package func sign(channel: any Channel, algorithm: SignatureAlgorithm, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
        let promise = channel.eventLoop.makePromise(of: ByteBuffer.self)
        promise.completeWithTask { [signMessage] in ByteBuffer(bytes: try await signMessage(Array(data.readableBytesView))) }
        return promise.futureResult
    }

    /// Key transport by RSA alone would ask for it.
    package func decrypt(channel: any Channel, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
        channel.eventLoop.makeFailedFuture(TLSIdentityFailure(reason: "a key of a curve decrypts nothing"))
    }

    package static func == (left: Self, right: Self) -> Bool { left.publicKey == right.publicKey }
    package func hash(into hasher: inout Hasher) { hasher.combine(publicKey) }
}
