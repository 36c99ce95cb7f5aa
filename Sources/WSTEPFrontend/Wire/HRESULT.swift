/// A Windows result code as a client shows it to its user: unsigned in tables, signed 32 bit on the wire.
package struct HRESULT: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// The `ErrorCode` element.
    package var signed: Int32 { Int32(bitPattern: rawValue) }

    package var description: String {
        let digits = String(rawValue, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    package static let invalidData = HRESULT(0x8007_000D)
    package static let notSupported = HRESULT(0x8007_0032)
    package static let invalidArgument = HRESULT(0x8007_0057)
    package static let badSignature = HRESULT(0x8009_0006)
    package static let invalidMessageType = HRESULT(0x8009_1004)
    package static let revoked = HRESULT(0x8009_2010)
    package static let badRequestSubject = HRESULT(0x8009_4001)
    package static let noRequest = HRESULT(0x8009_4002)
    package static let badRequestStatus = HRESULT(0x8009_4003)
    package static let serverSuspended = HRESULT(0x8009_4006)
    package static let archivalNotConfigured = HRESULT(0x8009_400A)
    package static let templateDenied = HRESULT(0x8009_4012)
    package static let unsupportedCertificateType = HRESULT(0x8009_4800)
    package static let templateConflict = HRESULT(0x8009_4802)
    package static let keyLength = HRESULT(0x8009_4811)
}
