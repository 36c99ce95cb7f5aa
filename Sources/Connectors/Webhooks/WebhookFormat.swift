/// How a question is put to a service, and how its answer is read (docs/protocols/scep.md, "Asking a service").
package enum WebhookFormat: String, Sendable, CaseIterable, Codable {
    /// Our own: every decoded field, names in the text form of patterns; the answer may narrow the names.
    case muster
    /// The webhooks of step-ca: SCEPCHALLENGE, and NOTIFYING after issuance.
    case stepCA = "step-ca"
    /// The validation service of an MDM that mints opaque challenges: validateRequest, successNotification.
    case mdmValidation = "mdm-validation"
}
