import EnrollmentCore
import Foundation
import Persistence

/// What goes over the Unix socket, each as the JSON body of one HTTP exchange.
enum AdminMessage {
    struct Request: Codable {
        let operation: String
        /// The operation's own JSON.
        let arguments: Data
    }

    /// Exactly one of the two.
    struct Reply: Codable {
        var reply: Data?
        var failure: String?
    }

    /// For an operator: what happened and what to do next.
    static func describe(_ error: any Error) -> String {
        switch error {
        case let failure as CommandFailure: failure.message
        case let refusal as Refusal:
            "\(refusal.publicText) [\(refusal.code.rawValue) at \(refusal.stage.rawValue): \(refusal.privateDetail)]; \(refusal.advice)"
        case let error as PersistenceError: error.description
        default: "\(error)"
        }
    }
}
