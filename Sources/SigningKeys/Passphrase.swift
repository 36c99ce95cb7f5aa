import COpenSSL

/// A passphrase on its way to OpenSSL's callback.
final class Passphrase {
    private let bytes: [UInt8]?

    init(_ text: String?) {
        bytes = text.map { Array($0.utf8) }
    }

    /// A `pem_password_cb`: gives -1 when there is no passphrase or it does not fit, and so never reads from a terminal.
    static let callback: @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = {
        buffer, size, _, user in
        guard let user, let buffer, let bytes = Unmanaged<Passphrase>.fromOpaque(user).takeUnretainedValue().bytes, bytes.count <= Int(size)
        else { return -1 }
        for (position, byte) in bytes.enumerated() { buffer[position] = CChar(bitPattern: byte) }
        return Int32(bytes.count)
    }
}
