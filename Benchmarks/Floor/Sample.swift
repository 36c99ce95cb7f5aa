/// As long as the to-be-signed part of a small certificate.
enum Sample {
    static let message = [UInt8](repeating: 0x5A, count: 600)
}
