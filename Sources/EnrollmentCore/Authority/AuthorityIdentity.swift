import PKIFormats

/// The public side of one key generation of an authority: everything a certificate says about its issuer.
package final class AuthorityIdentity: Sendable {
    /// The logical CA, for example `issuing`.
    package let authority: String
    package let subject: DistinguishedName
    package let publicKey: SubjectPublicKeyInfo
    /// Nil only while the self-signed certificate of a new root is being issued.
    package let certificate: Certificate?
    /// The certificates above, nearest first, without the root.
    package let intermediates: [Certificate]
    package let root: Certificate?
    /// While the root is replaced: the other root and the cross certificates between the two (RFC 4210 §4.4: OldWithNew, NewWithOld).
    package let rootUpdate: [Certificate]
    package let statusURLs: StatusURLs
    /// RFC 5280 §4.2.1.2; names this generation in URLs, rows and AKI.
    package let keyIdentifier: [UInt8]
    package let listLayout: ListLayout
    let statusExtensions: StatusExtensions

    package init(
        authority: String, subject: DistinguishedName, publicKey: SubjectPublicKeyInfo, certificate: Certificate?,
        intermediates: [Certificate] = [], root: Certificate? = nil, rootUpdate: [Certificate] = [], baseURL: String,
        listLayout: ListLayout = ListLayout()
    ) {
        self.authority = authority
        self.subject = subject
        self.publicKey = publicKey
        self.certificate = certificate
        self.intermediates = intermediates
        self.root = root ?? certificate
        self.rootUpdate = rootUpdate
        self.listLayout = listLayout
        keyIdentifier = certificate?.authorityKey ?? publicKey.keyIdentifier
        statusURLs = StatusURLs(base: baseURL, keyIdentifier: keyIdentifier)
        statusExtensions = StatusExtensions(statusURLs, issuerKey: keyIdentifier, layout: listLayout)
    }

    /// The root's key certified by another root, for clients that trust that one alone.
    package var bridges: [Certificate] {
        guard let root else { return [] }
        return rootUpdate.filter { $0.publicKey == root.publicKey && $0 != root }
    }

    /// What a client needs below its trust anchor: this CA's certificate first, then those above, without the root.
    package var chain: [Certificate] {
        guard let certificate, certificate.der != root?.der else { return [] }
        return [certificate] + intermediates
    }
}

/// Where a relying party asks for the status of certificates; HTTP on purpose (RFC 5280 §8), fixed at issuance.
package struct StatusURLs: Sendable, Hashable {
    package let crl: String
    package let caIssuers: String
    package let ocsp: String
    private let lists: String

    /// - Parameter base: scheme, host and port without a trailing slash.
    init(base: String, keyIdentifier: [UInt8]) {
        lists = "\(base)/crl/"
        crl = lists + ListScope(issuerKey: keyIdentifier).fileName
        caIssuers = "\(base)/ca/\(keyIdentifier.hex).cer"
        ocsp = "\(base)/ocsp"
    }

    /// The URL of any list, byte for byte as certificates and lists name it.
    package func list(_ scope: ListScope) -> String { lists + scope.fileName }
}
