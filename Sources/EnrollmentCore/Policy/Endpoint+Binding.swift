extension Endpoint {
    /// One way in, with the authenticators allowed there.
    package struct Binding: Sendable, Hashable, Codable {
        package let name: String
        package let authenticators: [AuthenticatorKind]

        package init(name: String = "default", authenticators: [AuthenticatorKind]) {
            self.name = name
            self.authenticators = authenticators
        }

        private enum CodingKeys: String, CodingKey, CaseIterable {
            case name, authenticators
        }

        package init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownKeys(CodingKeys.self)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decodeIfPresent(String.self, forKey: .name) ?? "default"
            authenticators = try container.decode([AuthenticatorKind].self, forKey: .authenticators)
        }
    }
}
