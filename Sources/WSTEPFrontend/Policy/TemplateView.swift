import EnrollmentCore
import PKIFormats
import WSTEPWire

/// How Windows sees one of our templates (MS-CRTD, MS-XCEP 3.1.4.1.3.17).
struct TemplateView: Sendable {
    private enum Flag {
        /// The names come from the request; without it Windows would expect them from a directory.
        static let enrolleeSuppliesSubject: UInt32 = 0x1
        static let enrolleeSuppliesAlternativeName: UInt32 = 0x10000
        /// Without it a computer refuses the template, with it a user does.
        static let machineType: UInt32 = 0x40
    }

    let template: Template

    /// What this template allows of keys, told in the words of the oldest schema that can say it: for schema 1 Windows sends the plain
    /// PKCS#10 that this server reads.
    private var key: (schema: UInt32, minimalLength: UInt32, keySpec: UInt32?, algorithm: (oid: String, name: String)?, providers: [String])
    {
        let lengths: [UInt32] = template.allowedKeys.compactMap { key in
            switch key {
            case .rsa2048: 2048
            case .rsa3072: 3072
            case .rsa4096: 4096
            case .p256, .p384, .p521, .ed25519, .mldsa65, .mldsa87: nil
            }
        }
        if let shortest = lengths.min() {
            let providers = ["Microsoft Enhanced RSA and AES Cryptographic Provider", "Microsoft RSA SChannel Cryptographic Provider"]
            return (1, shortest, 1, nil, providers)
        }
        let providers = ["Microsoft Software Key Storage Provider"]
        if template.allowedKeys.contains(.p256) { return (3, 256, nil, ("1.2.840.10045.3.1.7", "ECDSA_P256"), providers) }
        if template.allowedKeys.contains(.p384) { return (3, 384, nil, ("1.3.132.0.34", "ECDSA_P384"), providers) }
        return (3, 521, nil, ("1.3.132.0.35", "ECDSA_P521"), providers)
    }

    /// People have a UPN or an e-mail address, machines have not.
    private var isForMachines: Bool { !template.nameTypes.contains(.upn) && !template.nameTypes.contains(.email) }

    func policy(oid: String, authority: Int, oids: inout PolicyOIDTable) -> EnrollmentPolicy {
        let key = key
        let reference = oids.reference(oid, .template, name: template.title)
        let algorithm = key.algorithm.map { oids.reference($0.oid, .publicKey, name: $0.name) }
        let hash = key.schema >= 3 ? oids.reference("2.16.840.1.101.3.4.2.1", .hash, name: "sha256") : nil
        let lifetime = UInt64(max(2, template.lifetime))
        return EnrollmentPolicy(
            oidReference: reference, caReferences: [authority], commonName: template.name, schema: key.schema, validitySeconds: lifetime,
            renewalSeconds: min(UInt64(max(1, template.renewalWindow)), lifetime - 1), mayEnroll: true, mayAutoenroll: false,
            minimalKeyLength: key.minimalLength, keySpec: key.keySpec, algorithmOIDReference: algorithm, cryptoProviders: key.providers,
            majorRevision: UInt32(clamping: max(1, template.version)), minorRevision: 0, privateKeyFlags: 0,
            subjectNameFlags: Flag.enrolleeSuppliesSubject | Flag.enrolleeSuppliesAlternativeName, enrollmentFlags: 0,
            generalFlags: isForMachines ? Flag.machineType : 0, hashAlgorithmOIDReference: hash, extensions: extensions(&oids))
    }

    private func extensions(_ oids: inout PolicyOIDTable) -> [PolicyExtension] {
        var usage: KeyUsage = []
        for name in template.keyUsage { usage.formUnion(KeyUsage(name: name) ?? []) }
        let purposes = template.extendedKeyUsages.compactMap { OID(dotted: $0) }
        var listed: [(CertificateExtension, String)] = [(Extensions.microsoftTemplateName(template.name), "Certificate Template Name")]
        if !purposes.isEmpty { listed.append((Extensions.extendedKeyUsage(purposes), "Enhanced Key Usage")) }
        if !usage.isEmpty { listed.append((Extensions.keyUsage(usage), "Key Usage")) }
        return listed.map { item, name in
            PolicyExtension(
                oidReference: oids.reference("\(item.oid)", .extensionOrAttribute, name: name), isCritical: item.critical, value: item.value
            )
        }
    }
}
