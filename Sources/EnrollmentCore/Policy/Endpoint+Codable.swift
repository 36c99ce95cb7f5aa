/// Rows and files have the same shape. Rows of earlier versions say `protocolName` and `isEnabled`, and have neither version nor options.
extension Endpoint: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, version, `protocol`, label, authority, enabled, bindings, policy, renewsFrom, options
        case protocolName, isEnabled
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        version = try container.decodeIfPresent(Int.self, forKey: .version) ?? 1
        label = try container.decodeIfPresent(String.self, forKey: .label) ?? name
        protocolName =
            try container.decodeIfPresent(ProtocolName.self, forKey: .protocolName)
            ?? container.decode(ProtocolName.self, forKey: .protocol)
        authority = try container.decodeIfPresent(String.self, forKey: .authority) ?? DefaultEndpoints.issuingAuthority
        bindings = try container.decodeIfPresent([Binding].self, forKey: .bindings) ?? []
        policy = try container.decode(Policy.self, forKey: .policy)
        renewsFrom = try container.decodeIfPresent([String].self, forKey: .renewsFrom) ?? []
        options = try container.decodeIfPresent(EndpointOptions.self, forKey: .options) ?? EndpointOptions()
        isEnabled =
            try container.decodeIfPresent(Bool.self, forKey: .isEnabled) ?? container.decodeIfPresent(Bool.self, forKey: .enabled) ?? true
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(version, forKey: .version)
        try container.encode(protocolName, forKey: .protocol)
        try container.encode(label, forKey: .label)
        try container.encode(authority, forKey: .authority)
        try container.encode(isEnabled, forKey: .enabled)
        try container.encode(bindings, forKey: .bindings)
        try container.encode(policy, forKey: .policy)
        try container.encode(renewsFrom, forKey: .renewsFrom)
        try container.encode(options, forKey: .options)
    }
}
