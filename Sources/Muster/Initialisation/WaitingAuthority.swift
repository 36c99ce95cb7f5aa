/// What `muster init --external-root` made: a CA that serves as soon as its certificate is here.
struct WaitingAuthority: Codable, Sendable {
    let name: String
    /// PEM file: the request that the root certifies.
    let requestFile: String
    let credentials: LabCredentials

    /// For a person.
    func text(_ directory: DataDirectory) -> String {
        """
        \(name) waits in \(directory.path) for its certificate

        Request     \(requestFile)

        Credentials
          scep  challenge: \(credentials.challenge)
          est   user \(credentials.est.username), password \(credentials.est.password)
          wstep user \(credentials.wstep.username), password \(credentials.wstep.password)

        Next
          Have the root issue a CA certificate for the request.
          muster ca import issuing --chain FILE --dir \(directory.path)
          muster crl import FILE --dir \(directory.path)
          muster serve --dir \(directory.path)
        """
    }
}
