/// newAccount, before anything is measured.
final class ACMERegistration: ACMEConversation {
    override var place: String { "newAccount" }

    override func start() -> Step {
        post(client.directory.newAccount, #"{"termsOfServiceAgreed":true,"contact":["mailto:load@example.com"]}"#)
    }

    override func received(_ reply: Reply) -> Step {
        client.account = reply["location"]
        return .done(client.account == nil ? "newAccount: no Location" : nil)
    }
}
