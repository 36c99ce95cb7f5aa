/// Rows and files have the same shape. Absent keys have the defaults of `Template.init`, so that rows of earlier versions are read on.
extension Template: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, version, title, keyUsage, extendedKeyUsages, basicConstraints, nameTypes, addsCommonNameToDNS, fillsCommonName
        case requiresAlternativeName, allowedKeys, lifetime, backdating, minimumLifetime, carriesCRLDistributionPoint, carriesOCSP
        case carriesOCSPNoCheck, carriesTemplateName, renewalWindow, keyReuse, supersedesAfter, names
        case subject, securityIdentifier, certificatePolicies, mustStaple
        case securityIdentifierForm, isEndless = "endless", maximumSize
        case noRevocationAvailable, carriesTemplateID, unknownCritical, unknownNames, atIssuerEnd
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .name)
        self.init(
            name: name, title: try container.decodeIfPresent(String.self, forKey: .title) ?? name,
            keyUsage: try container.decode([String].self, forKey: .keyUsage),
            lifetime: try container.decode(TimeSpan.self, forKey: .lifetime).seconds)
        func read<Value: Decodable>(_ key: CodingKeys, into property: inout Value) throws {
            if let value = try container.decodeIfPresent(Value.self, forKey: key) { property = value }
        }
        func read(_ key: CodingKeys, into property: inout Int) throws {
            if let value = try container.decodeIfPresent(TimeSpan.self, forKey: key) { property = value.seconds }
        }
        version = try container.decodeIfPresent(Int.self, forKey: .version) ?? 1
        var purposes: [Purpose] = []
        try read(.extendedKeyUsages, into: &purposes)
        extendedKeyUsages = purposes.map(\.dotted)
        try read(.basicConstraints, into: &basicConstraints)
        try read(.nameTypes, into: &nameTypes)
        try read(.addsCommonNameToDNS, into: &addsCommonNameToDNS)
        try read(.fillsCommonName, into: &fillsCommonName)
        try read(.requiresAlternativeName, into: &requiresAlternativeName)
        try read(.allowedKeys, into: &allowedKeys)
        try read(.backdating, into: &backdating)
        try read(.minimumLifetime, into: &minimumLifetime)
        try read(.carriesCRLDistributionPoint, into: &carriesCRLDistributionPoint)
        try read(.carriesOCSP, into: &carriesOCSP)
        try read(.carriesOCSPNoCheck, into: &carriesOCSPNoCheck)
        try read(.carriesTemplateName, into: &carriesTemplateName)
        try read(.renewalWindow, into: &renewalWindow)
        keyReuse = try container.decodeIfPresent(KeyReuse.self, forKey: .keyReuse)
        try read(.names, into: &names)
        try read(.subject, into: &subject)
        try read(.securityIdentifier, into: &securityIdentifier)
        try read(.securityIdentifierForm, into: &securityIdentifierForm)
        try read(.isEndless, into: &isEndless)
        maximumSize = try container.decodeIfPresent(Int.self, forKey: .maximumSize)
        try read(.certificatePolicies, into: &certificatePolicies)
        try read(.mustStaple, into: &mustStaple)
        try read(.noRevocationAvailable, into: &noRevocationAvailable)
        try read(.carriesTemplateID, into: &carriesTemplateID)
        try read(.unknownCritical, into: &unknownCritical)
        try read(.unknownNames, into: &unknownNames)
        try read(.atIssuerEnd, into: &atIssuerEnd)
        supersedesAfter = try container.decodeIfPresent(TimeSpan.self, forKey: .supersedesAfter)?.seconds
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(version, forKey: .version)
        try container.encode(title, forKey: .title)
        try container.encode(keyUsage, forKey: .keyUsage)
        try container.encode(extendedKeyUsages.map(Purpose.init(dotted:)), forKey: .extendedKeyUsages)
        try container.encode(basicConstraints, forKey: .basicConstraints)
        try container.encode(nameTypes, forKey: .nameTypes)
        try container.encode(addsCommonNameToDNS, forKey: .addsCommonNameToDNS)
        try container.encode(fillsCommonName, forKey: .fillsCommonName)
        try container.encode(requiresAlternativeName, forKey: .requiresAlternativeName)
        try container.encode(allowedKeys, forKey: .allowedKeys)
        try container.encode(TimeSpan(seconds: lifetime), forKey: .lifetime)
        try container.encode(TimeSpan(seconds: backdating), forKey: .backdating)
        try container.encode(TimeSpan(seconds: minimumLifetime), forKey: .minimumLifetime)
        try container.encode(carriesCRLDistributionPoint, forKey: .carriesCRLDistributionPoint)
        try container.encode(carriesOCSP, forKey: .carriesOCSP)
        try container.encode(carriesOCSPNoCheck, forKey: .carriesOCSPNoCheck)
        try container.encode(carriesTemplateName, forKey: .carriesTemplateName)
        try container.encode(TimeSpan(seconds: renewalWindow), forKey: .renewalWindow)
        try container.encodeIfPresent(keyReuse, forKey: .keyReuse)
        try container.encode(names, forKey: .names)
        try container.encode(subject, forKey: .subject)
        try container.encode(securityIdentifier, forKey: .securityIdentifier)
        try container.encode(securityIdentifierForm, forKey: .securityIdentifierForm)
        try container.encode(isEndless, forKey: .isEndless)
        try container.encodeIfPresent(maximumSize, forKey: .maximumSize)
        try container.encode(certificatePolicies, forKey: .certificatePolicies)
        try container.encode(mustStaple, forKey: .mustStaple)
        try container.encode(noRevocationAvailable, forKey: .noRevocationAvailable)
        try container.encode(carriesTemplateID, forKey: .carriesTemplateID)
        try container.encode(unknownCritical, forKey: .unknownCritical)
        try container.encode(unknownNames, forKey: .unknownNames)
        try container.encode(atIssuerEnd, forKey: .atIssuerEnd)
        try container.encodeIfPresent(supersedesAfter.map { TimeSpan(seconds: $0) }, forKey: .supersedesAfter)
    }
}

/// `absent`, `endEntity` or `{authority: {pathLength: 0}}`; rows of earlier versions say `{"absent": {}}`.
extension Template.BasicConstraints: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case absent, endEntity, authority
    }

    private enum AuthorityKeys: String, CodingKey, CaseIterable {
        case pathLength
    }

    package init(from decoder: any Decoder) throws {
        if let word = try? decoder.singleValueContainer().decode(String.self) {
            switch word {
            case "absent": self = .absent
            case "endEntity": self = .endEntity
            default: throw decoder.corrupted("'\(word)' is none of absent, endEntity, {authority: …}")
            }
            return
        }
        try decoder.refuseUnknownKeys(CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard container.allKeys.count == 1, let key = container.allKeys.first else {
            throw decoder.corrupted("exactly one of absent, endEntity, authority")
        }
        switch key {
        case .absent: self = .absent
        case .endEntity: self = .endEntity
        case .authority:
            try container.superDecoder(forKey: .authority).refuseUnknownKeys(AuthorityKeys.self)
            self = .authority(
                pathLength: try container.nestedContainer(keyedBy: AuthorityKeys.self, forKey: .authority).decodeIfPresent(
                    Int.self, forKey: .pathLength))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .absent, .endEntity:
            var container = encoder.singleValueContainer()
            try container.encode(self == .absent ? "absent" : "endEntity")
        case .authority(let pathLength):
            var container = encoder.container(keyedBy: CodingKeys.self)
            var authority = container.nestedContainer(keyedBy: AuthorityKeys.self, forKey: .authority)
            try authority.encodeIfPresent(pathLength, forKey: .pathLength)
        }
    }
}
