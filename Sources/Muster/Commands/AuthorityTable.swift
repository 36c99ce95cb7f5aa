/// CAs for people, a line a generation.
enum AuthorityTable {
    static func render(_ reply: ListAuthorities.Reply) -> String {
        TextTable.render(
            ["CA", "STATE", "KEY", "UNTIL", "LAST CERTIFICATE", "KEY ID", "SUBJECT"],
            reply.generations.map { generation in
                [
                    generation.authority, generation.state, generation.keyName.isEmpty ? "elsewhere" : generation.keyName,
                    generation.notAfter?.day ?? "-", generation.lastExpiry?.day ?? "-", String(generation.keyIdentifier.prefix(16)),
                    generation.subject,
                ]
            })
    }
}
