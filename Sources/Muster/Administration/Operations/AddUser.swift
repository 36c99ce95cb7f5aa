import EnrollmentCore

/// Adds a user of an endpoint, or gives him a new password and new names.
struct AddUser: AdminOperation {
    let name: String
    let endpoint: String
    let password: String
    /// Empty: exactly his own name.
    let names: [String]

    func perform(in administration: Administration) async throws -> Done {
        try administration.endpoint(endpoint, accepts: .password)
        do {
            try await administration.core.users.add(
                name, endpoint: endpoint, password: password, covers: names.isEmpty ? nil : try names.map { try NamePattern($0) })
        } catch let refusal as Refusal where refusal.code == .malformed {
            throw CommandFailure(refusal.publicText)
        }
        return Done()
    }
}
