import EnrollmentCore
import Foundation

/// What a service answered.
struct WebhookVerdict: Sendable {
    let isAllowed: Bool
    /// The names it allows, as patterns; nil: those that the request asks for.
    let names: [String]?
    /// What it says of the principal; believed where the webhook speaks for a directory.
    let directory: Directory?
    /// Why not, for the trail.
    let reason: String

    /// `{"sid": "S-1-5-…", "names": [{"type": "upn", "text": "…"}], "attributes": {"OU": "…"}}`, each part optional.
    struct Directory: Decodable, Sendable {
        let sid: String?
        let names: [DirectoryName]?
        let attributes: [String: String]?
    }

    private struct Flag: Decodable {
        struct Failure: Decodable {
            let code: String?
            let message: String?
        }

        let allow: Bool
        let names: [String]?
        let directory: Directory?
        let error: Failure?
    }

    private struct Code: Decodable {
        let code: String
        let errorDescription: String?
    }

    /// Nil for a body that is no answer of this format: that is no yes.
    init?(_ body: [UInt8], format: WebhookFormat) {
        let data = Data(body)
        switch format {
        case .muster, .stepCA:
            guard let flag = try? JSONDecoder().decode(Flag.self, from: data) else { return nil }
            isAllowed = flag.allow
            names = format == .muster ? flag.names : nil
            directory = format == .muster ? flag.directory : nil
            reason = [flag.error?.code, flag.error?.message].compactMap { $0 }.joined(separator: ": ")
        case .mdmValidation:
            guard let code = try? JSONDecoder().decode(Code.self, from: data) else { return nil }
            isAllowed = code.code == "Success"
            names = nil
            directory = nil
            reason = [code.code, code.errorDescription ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
        }
    }
}
