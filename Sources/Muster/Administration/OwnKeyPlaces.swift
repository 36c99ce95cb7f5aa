/// Where in a token the keys of a generation's own certificates are; what is nil is made as a file.
struct OwnKeyPlaces: Codable, Sendable {
    var registrationAuthority: String?
    var ocspResponder: String?

    var all: [String] { [registrationAuthority, ocspResponder].compactMap(\.self) }
}
