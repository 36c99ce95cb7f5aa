/// newAccount, before anything is measured. The first connection of a client registers it, the others wait for that.
final class ACMERegistration: ACMEConversation {
    private var isFirst = false

    override var place: String { "newAccount" }

    override func start() -> Step {
        guard client.beginRegistration() else { return wait() }
        isFirst = true
        return post(client.directory.newAccount, #"{"termsOfServiceAgreed":true,"contact":["mailto:load@example.com"]}"#)
    }

    override func received(_ reply: Reply) -> Step {
        if isFirst { client.account = reply["location"] } else if client.account == nil { return wait() }
        return .done(client.account == nil ? "newAccount: no Location" : nil)
    }

    private func wait() -> Step { .pause(.milliseconds(50), client.nonceByGet) }
}
