/// One `policy` of an XCEP answer: a certificate template as Windows sees it (MS-XCEP 3.1.4.1.3.17).
package struct EnrollmentPolicy: Sendable, Equatable {
    /// An OID of group template in the answer's table.
    package var oidReference: Int
    package var caReferences: [Int]
    /// The template's name; unique, without spaces.
    package var commonName: String
    package var schema: UInt32
    package var validitySeconds: UInt64
    /// From so many seconds before the end; below `validitySeconds`.
    package var renewalSeconds: UInt64
    package var mayEnroll: Bool
    package var mayAutoenroll: Bool
    package var minimalKeyLength: UInt32
    /// 1: AT_KEYEXCHANGE; nil for a CNG provider.
    package var keySpec: UInt32?
    /// An OID of group public key; nil for RSA in schemas 1 and 2.
    package var algorithmOIDReference: Int?
    /// Never empty: without a provider Windows falls back to one with 1024-bit keys.
    package var cryptoProviders: [String]
    /// Not 0.
    package var majorRevision: UInt32
    package var minorRevision: UInt32
    package var privateKeyFlags: UInt32
    package var subjectNameFlags: UInt32
    package var enrollmentFlags: UInt32
    package var generalFlags: UInt32
    /// An OID of group hash; nil in schemas 1 and 2.
    package var hashAlgorithmOIDReference: Int?
    package var extensions: [PolicyExtension]

    package init(
        oidReference: Int, caReferences: [Int], commonName: String, schema: UInt32, validitySeconds: UInt64, renewalSeconds: UInt64,
        mayEnroll: Bool, mayAutoenroll: Bool, minimalKeyLength: UInt32, keySpec: UInt32?, algorithmOIDReference: Int?,
        cryptoProviders: [String], majorRevision: UInt32,
        minorRevision: UInt32, privateKeyFlags: UInt32, subjectNameFlags: UInt32, enrollmentFlags: UInt32, generalFlags: UInt32,
        hashAlgorithmOIDReference: Int?, extensions: [PolicyExtension]
    ) {
        self.oidReference = oidReference
        self.caReferences = caReferences
        self.commonName = commonName
        self.schema = schema
        self.validitySeconds = validitySeconds
        self.renewalSeconds = renewalSeconds
        self.mayEnroll = mayEnroll
        self.mayAutoenroll = mayAutoenroll
        self.minimalKeyLength = minimalKeyLength
        self.keySpec = keySpec
        self.algorithmOIDReference = algorithmOIDReference
        self.cryptoProviders = cryptoProviders
        self.majorRevision = majorRevision
        self.minorRevision = minorRevision
        self.privateKeyFlags = privateKeyFlags
        self.subjectNameFlags = subjectNameFlags
        self.enrollmentFlags = enrollmentFlags
        self.generalFlags = generalFlags
        self.hashAlgorithmOIDReference = hashAlgorithmOIDReference
        self.extensions = extensions
    }

    /// Every element of the schema's sequence, in order; what is empty says nil. One missing and Windows fails the whole answer.
    func encode(into writer: inout XMLWriter) {
        writer.element("policy") { writer in
            writer.element("policyOIDReference", text: String(oidReference))
            writer.list("cAs", caReferences) { $0.element("cAReference", text: String($1)) }
            writer.element("attributes") { encodeAttributes(into: &$0) }
        }
    }

    private func encodeAttributes(into writer: inout XMLWriter) {
        writer.element("commonName", text: commonName)
        writer.element("policySchema", text: String(schema))
        writer.element("certificateValidity") { writer in
            writer.element("validityPeriodSeconds", text: String(validitySeconds))
            writer.element("renewalPeriodSeconds", text: String(renewalSeconds))
        }
        writer.element("permission") { writer in
            writer.element("enroll", text: mayEnroll ? "true" : "false")
            writer.element("autoEnroll", text: mayAutoenroll ? "true" : "false")
        }
        writer.element("privateKeyAttributes") { writer in
            writer.element("minimalKeyLength", text: String(minimalKeyLength))
            writer.optional("keySpec", keySpec)
            writer.nilElement("keyUsageProperty")
            writer.nilElement("permissions")
            writer.optional("algorithmOIDReference", algorithmOIDReference)
            writer.list("cryptoProviders", cryptoProviders) { $0.element("provider", text: $1) }
        }
        writer.element("revision") { writer in
            writer.element("majorRevision", text: String(majorRevision))
            writer.element("minorRevision", text: String(minorRevision))
        }
        writer.nilElement("supersededPolicies")
        writer.element("privateKeyFlags", text: String(privateKeyFlags))
        writer.element("subjectNameFlags", text: String(subjectNameFlags))
        writer.element("enrollmentFlags", text: String(enrollmentFlags))
        writer.element("generalFlags", text: String(generalFlags))
        writer.optional("hashAlgorithmOIDReference", hashAlgorithmOIDReference)
        writer.nilElement("rARequirements")
        writer.nilElement("keyArchivalAttributes")
        writer.list("extensions", extensions) { $1.encode(into: &$0) }
    }
}
