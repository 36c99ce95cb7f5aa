import COpenSSL

/// A certificate as OpenSSL reads it, which costs as much as half an RSA operation: to be kept. Only read after it is made.
final class RecipientCertificate: @unchecked Sendable {
    let der: [UInt8]
    let raw: OpaquePointer

    init?(der: [UInt8]) {
        let certificate = der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_X509(nil, &start, buffer.count)
        }
        guard let certificate else { return nil }
        raw = certificate
        self.der = der
    }

    deinit {
        X509_free(raw)
    }
}
