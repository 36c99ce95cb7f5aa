import EnrollmentCore
import PKIFormats

/// The RequestID of MS-WSTEP: a positive number of 31 bits that names one user's request. It follows from the user name and the
/// certification request, so that a retry gets the same one and nothing needs to be stored.
struct WSTEPRequestNumber: Sendable, Equatable {
    let value: UInt32
    /// What a poll must present again: the number and the name of the user, who has to authenticate for it.
    let exchangeID: [UInt8]

    init(_ value: UInt32, username: String) {
        self.value = value
        let octets = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
        exchangeID = octets + Array(username.utf8.prefix(256))
    }

    init(_ request: CertificationRequest, username: String) {
        let digest = HashAlgorithm.sha256.digest(Array(username.utf8) + [0] + request.info)
        let number = digest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        self.init(max(1, number), username: username)
    }
}
