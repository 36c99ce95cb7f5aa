/// What may be set for one SCEP endpoint (`muster endpoint option`). The defaults suit the most clients.
package struct SCEPOptions: Codable, Sendable, Hashable {
    /// Which CA certificates a SUCCESS carries behind the issued one.
    package enum Chain: String, Codable, Sendable, CaseIterable {
        /// Juniper refuses a second certificate.
        case none
        /// Cisco wants its issuer there.
        case issuer
        /// All but the root.
        case full
    }

    /// Behind the issued certificate in a reply.
    package var replyChain = Chain.none
    /// Whether GetCACert ends with the root.
    package var sendRoot = true
    /// Leave eContent of PENDING and FAILURE out in place of an empty one.
    package var absentContent = false

    package init() {}
}
