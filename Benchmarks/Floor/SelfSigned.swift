import Crypto
import Foundation
import NIOSSL

/// A P-256 certificate for `floor`, good for some decades, written by hand: only its length and key matter.
enum SelfSigned {
    static func make() throws -> (NIOSSLCertificate, NIOSSLPrivateKey) {
        let key = P256.Signing.PrivateKey()
        let algorithm = sequence([0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02])
        let name = sequence(der(0x31, sequence([0x06, 0x03, 0x55, 0x04, 0x03] + der(0x0C, Array("floor".utf8)))))
        let validity = sequence(der(0x17, Array("250101000000Z".utf8)) + der(0x17, Array("491231000000Z".utf8)))
        let version: [UInt8] = [0xA0, 0x03, 0x02, 0x01, 0x02]
        let isCA = sequence([0x06, 0x03, 0x55, 0x1D, 0x13] + [0x01, 0x01, 0xFF] + der(0x04, sequence([0x01, 0x01, 0xFF])))
        let body = sequence(
            version + [0x02, 0x01, 0x01] + algorithm + name + validity + name + Array(key.publicKey.derRepresentation)
                + der(0xA3, sequence(isCA)))
        let signature = Array(try key.signature(for: SHA256.hash(data: body)).derRepresentation)
        let certificate = sequence(body + algorithm + der(0x03, [0] + signature))
        return (
            try NIOSSLCertificate(bytes: certificate, format: .der),
            try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem)
        )
    }

    private static func sequence(_ content: [UInt8]) -> [UInt8] { der(0x30, content) }

    private static func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let length: [UInt8] =
            switch content.count {
            case ..<128: [UInt8(content.count)]
            case ..<256: [0x81, UInt8(content.count)]
            default: [0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)]
            }
        return [tag] + length + content
    }
}
