import ArgumentParser

/// `muster`, the one executable.
@main struct MusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "muster",
        abstract: "A certificate authority that devices enroll with by SCEP, EST, ACME and Windows enrollment.",
        discussion: """
            Start with `muster init --dir DIR --lab`, then `muster serve --dir DIR`. Every command acts on the CA in one directory
            (--dir, else $MUSTER_DIR, else ./muster-data): through the running server's Unix socket, else directly while none runs.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Running a CA:",
                subcommands: [
                    InitCommand.self, ServeCommand.self, DoctorCommand.self, BackupCommand.self, RestoreCommand.self, PruneCommand.self,
                ]),
            CommandGroup(
                name: "Certificates:",
                subcommands: [
                    ListCommand.self, ShowCommand.self, ExpiringCommand.self, IssueCommand.self, RevokeCommand.self, ReleaseCommand.self,
                    CRLCommand.self, KeyCommand.self, DirectoryCommand.self, CACommand.self,
                ]),
            CommandGroup(name: "Decisions:", subcommands: [PendingCommand.self, ApproveCommand.self, RejectCommand.self]),
            CommandGroup(
                name: "Doors and who may enter:",
                subcommands: [
                    EndpointsCommand.self, EndpointCommand.self, ChallengeCommand.self, UserCommand.self, SignerCommand.self,
                    RevokerCommand.self, WebhookCommand.self,
                ]),
            CommandGroup(name: "Templates and policy:", subcommands: [ApplyCommand.self, ExportCommand.self, PolicyCommand.self]),
            CommandGroup(name: "What happened:", subcommands: [TransactionsCommand.self, TransactionCommand.self, AuditCommand.self]),
        ])
}
