/// What may be set for one SCEP endpoint (`muster endpoint option`). The defaults suit the most clients.
package struct SCEPOptions: Codable, Sendable, Hashable {
    /// Who opens requests and signs replies (RFC 8894 §2.1.2).
    package enum Mode: String, Codable, Sendable, CaseIterable {
        /// One RA certificate for both: what the most clients understand.
        case ra
        /// A certificate for each, as NDES has them.
        case splitRA = "split-ra"
        /// The CA's own key; only for a CA that was made for it.
        case ca
    }

    /// Which CA certificates a SUCCESS carries behind the issued one.
    package enum Chain: String, Codable, Sendable, CaseIterable {
        /// Juniper refuses a second certificate.
        case none
        /// Cisco wants its issuer there.
        case issuer
        /// All but the root.
        case full
    }

    /// Who may ask for certificates and revocation lists by message; each question costs two operations of the RA's key.
    package enum Inquirer: String, Codable, Sendable, CaseIterable {
        case none
        /// Who signs with a certificate of this endpoint.
        case enrolled
        case anyone
    }

    package var mode = Mode.ra
    /// Behind the issued certificate in a reply.
    package var replyChain = Chain.none
    /// Whether GetCACert ends with the root.
    package var sendRoot = true
    /// Leave eContent of PENDING and FAILURE out in place of an empty one.
    package var absentContent = false

    /// Take and answer 3DES. For devices that know nothing better; such an endpoint wants a narrow policy.
    package var allow3DES = false
    /// Take SHA-1 in messages and in the requests inside, and answer with it.
    package var allowSHA1 = false
    /// Take UpdateReq (18), which RFC 8894 dropped, exactly as RenewalReq (17).
    package var allowUpdateReq = false
    /// Refuse messages without a senderNonce of at least 8 bytes.
    package var requireNonce = false
    package var getCert = Inquirer.enrolled
    package var getCRL = Inquirer.enrolled
    /// Which certificates renew themselves here, and as what.
    package var renewal = SCEPRenewalOptions()
    /// A challenge fetched for a device that its sender names serves that device alone.
    package var bindsChallengeToDevice = false
    /// The password page, and templates by key usage.
    package var ndes = NDESOptions()

    package init() {}
}
