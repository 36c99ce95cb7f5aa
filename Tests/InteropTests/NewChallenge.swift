import Foundation

/// What `muster challenge new --json` prints.
struct NewChallenge: Decodable {
    let challenge: String

    init(json: [UInt8]) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(json))
    }
}
