import NIOSSL

/// TLS as a client that looks at nothing: what is measured is the server, and it is on the loopback.
enum ClientTLS {
    /// - Parameters:
    ///   - chain: the client's certificate in PEM, with its `key`; nil for none.
    static func context(for destination: Destination, chain: String? = nil, key: String? = nil) throws -> NIOSSLContext? {
        guard destination.isTLS else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        if let chain, let key {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8)).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        }
        return try NIOSSLContext(configuration: configuration)
    }
}
