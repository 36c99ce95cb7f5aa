/// How an endpoint plays Microsoft's Network Device Enrollment Service: its password page, and templates by key usage.
package struct NDESOptions: Codable, Sendable, Hashable {
    /// How the password page is written.
    package enum Encoding: String, Codable, Sendable, CaseIterable {
        case utf8
        /// As the real one: without a byte order mark and without a charset.
        case utf16le
    }

    /// Template names by what the request's keyUsage asks for, as NDES knows them; where one is missing the request's own wish counts.
    package struct Templates: Codable, Sendable, Hashable {
        /// For digitalSignature alone.
        package var signature: String?
        /// For keyEncipherment alone.
        package var encryption: String?
        /// For both, or none.
        package var general: String?

        package init() {}
    }

    package var encoding = Encoding.utf8
    /// 16 hex digits, as NDES has them, in place of 32.
    package var shortPasswords = false
    /// How long a password is good for, in minutes: up to a day, short ones up to an hour.
    package var validMinutes = 60
    /// How many unused passwords there may be at once.
    package var cachedPasswords = 1000
    package var templates = Templates()

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case encoding, shortPasswords, validMinutes, cachedPasswords, templates
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        encoding = try container.decode(Encoding.self, forKey: .encoding)
        shortPasswords = try container.decode(Bool.self, forKey: .shortPasswords)
        validMinutes = try container.decode(Int.self, forKey: .validMinutes)
        cachedPasswords = try container.decode(Int.self, forKey: .cachedPasswords)
        templates = try container.decode(Templates.self, forKey: .templates)
        guard (1...(shortPasswords ? 60 : 1440)).contains(validMinutes) else {
            throw DecodingError.dataCorruptedError(
                forKey: .validMinutes, in: container, debugDescription: shortPasswords ? "1 to 60 with short passwords" : "1 to 1440")
        }
        guard (1...100_000).contains(cachedPasswords) else {
            throw DecodingError.dataCorruptedError(forKey: .cachedPasswords, in: container, debugDescription: "1 to 100000")
        }
    }
}
