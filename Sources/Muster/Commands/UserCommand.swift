import ArgumentParser

/// `muster user add|disable NAME`
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Users that enroll with name and password (EST, Windows enrollment).",
        subcommands: [Add.self, Disable.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a user, or give an existing one a new password and new names.",
            discussion: "Without --names, a user covers exactly his own name. The password is asked for, or read from --password-stdin.")

        @Argument(help: "The user's name.") var name: String
        @Option(help: ArgumentHelp("The endpoint, for example est-default.", valueName: "name")) var endpoint: String
        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp("Names that his certificates may carry, exact or as patterns such as *.corp.example.", valueName: "pattern"))
        var names: [String] = []
        @Flag(help: "Read the password from the first line of standard input.") var passwordStdin = false
        @OptionGroup var location: LocationOptions

        func run() async throws {
            let password: String
            if passwordStdin {
                password = try Terminal.readLineOfInput()
            } else {
                password = try Terminal.readSecret("Password for \(name): ")
                guard try Terminal.readSecret("The same again: ") == password else {
                    throw CommandFailure("the two passwords differ; nothing was changed")
                }
            }
            _ = try await location.perform(AddUser(name: name, endpoint: endpoint, password: password, names: names))
            print("\(name) may enroll at \(endpoint) for \(names.isEmpty ? name : names.joined(separator: " "))")
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a user enroll no more, at once.", discussion: "`muster user add` lets him in again, with a new password.")

        @Argument(help: "The user's name.") var name: String
        @Option(help: ArgumentHelp("The endpoint, for example est-default.", valueName: "name")) var endpoint: String
        @OptionGroup var location: LocationOptions

        func run() async throws {
            _ = try await location.perform(DisableUser(name: name, endpoint: endpoint))
            print("\(name) may not enroll at \(endpoint) any more")
        }
    }
}
