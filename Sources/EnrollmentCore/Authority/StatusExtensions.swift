import PKIFormats

/// Where a certificate says that its status is found: the same in every certificate of a generation, shards of lists apart, and so made once.
struct StatusExtensions: Sendable {
    private let urls: StatusURLs
    private let issuerKey: [UInt8]
    private let hasDeltas: Bool
    private let complete: [CertificateExtension]
    private let access: CertificateExtension
    private let accessWithoutOCSP: CertificateExtension

    init(_ urls: StatusURLs, issuerKey: [UInt8], layout: ListLayout) {
        self.urls = urls
        self.issuerKey = issuerKey
        hasDeltas = layout.hasDeltas
        complete = Self.lists(urls, issuerKey, shard: 0, hasDeltas: hasDeltas)
        access = Extensions.authorityInformationAccess(caIssuers: urls.caIssuers, ocsp: urls.ocsp)
        accessWithoutOCSP = Extensions.authorityInformationAccess(caIssuers: urls.caIssuers, ocsp: nil)
    }

    /// Where a certificate of this shard finds its list, and what amends that where there are deltas (RFC 5280 §4.2.1.13, §4.2.1.15).
    func lists(shard: Int) -> [CertificateExtension] {
        shard == 0 ? complete : Self.lists(urls, issuerKey, shard: shard, hasDeltas: hasDeltas)
    }

    /// RFC 5280 §4.2.2.1.
    func authorityInformationAccess(withOCSP: Bool) -> CertificateExtension { withOCSP ? access : accessWithoutOCSP }

    private static func lists(_ urls: StatusURLs, _ issuerKey: [UInt8], shard: Int, hasDeltas: Bool) -> [CertificateExtension] {
        func url(isDelta: Bool) -> String { urls.list(ListScope(issuerKey: issuerKey, shard: shard, isDelta: isDelta)) }
        let list = Extensions.crlDistributionPoint(url(isDelta: false))
        return hasDeltas ? [list, Extensions.freshestCRL(url(isDelta: true))] : [list]
    }
}
