import EnrollmentCore
import PKIFormats
import Persistence

/// Where the certificate of a valid order is.
enum OrderCertificate: Sendable, Equatable {
    /// Just issued: leaf first, without the root.
    case chain([Certificate])
    /// The core has it.
    case issuance(RequestID)
    /// PEM, as former versions kept it in the order.
    case text(String)

    /// Nil while there is none.
    init?(_ row: Row) throws(PersistenceError) {
        if let bytes = try row.optionalBlob("issuance") {
            guard let id = RequestID(bytes: bytes) else { throw .unavailable("column issuance holds no id") }
            self = .issuance(id)
        } else if let text = try row.optionalText("certificate") {
            self = .text(text)
        } else {
            return nil
        }
    }
}
