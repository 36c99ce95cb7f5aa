import Foundation

/// The credentials of a lab, kept in clear in a file of mode 0600 so that a second `make run` can print them again.
struct LabCredentials: Codable, Sendable {
    struct Login: Codable, Sendable {
        let username: String
        let password: String
    }

    /// The SCEP endpoint's static challenge.
    let challenge: String
    let est: Login
    let wstep: Login

    static func load(_ directory: DataDirectory) -> LabCredentials? {
        guard let data = FileManager.default.contents(atPath: directory.labCredentials) else { return nil }
        return try? JSONDecoder().decode(LabCredentials.self, from: data)
    }

    func save(_ directory: DataDirectory) throws { try PrivateFile.create(directory.labCredentials, JSONText.encode(self)) }
}
