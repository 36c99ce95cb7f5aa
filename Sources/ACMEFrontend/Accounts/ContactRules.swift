import ACMEWire

/// Which contacts an account may have (RFC 8555 §7.3).
enum ContactRules {
    private static let limit = 10

    static func check(_ contacts: [String]) throws(ACMEProblem) {
        guard contacts.count <= limit else { throw ACMEProblem(.invalidContact, "an account has at most \(limit) contacts") }
        for contact in contacts {
            guard let colon = contact.firstIndex(of: ":") else {
                throw ACMEProblem(.invalidContact, "a contact is a URL such as mailto:admin@example.com")
            }
            guard contact[..<colon].lowercased() == "mailto" else {
                throw ACMEProblem(.unsupportedContact, "contacts are mailto: URLs; \"\(contact[..<colon].prefix(20))\" is not supported")
            }
            let address = contact[contact.index(after: colon)...]
            let parts = address.split(separator: "@", omittingEmptySubsequences: false)
            let isOne =
                address.utf8.count <= 254 && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
                && address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !address.contains { ",?<>()[];\"\\".contains($0) }
            guard isOne else { throw ACMEProblem(.invalidContact, "a mailto: contact holds exactly one address and no header fields") }
        }
    }
}
