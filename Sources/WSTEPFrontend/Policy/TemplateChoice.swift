import EnrollmentCore
import PKIFormats
import WSTEPWire

/// Which template a request means. It may say so by name (message, extension or attribute 1.3.6.1.4.1.311.20.2) or by the OID of the policy
/// answer (extension 1.3.6.1.4.1.311.21.7); all that it says must mean the same one, and that one must be offered.
enum TemplateChoice {
    private static let templateInformation: OID = [1, 3, 6, 1, 4, 1, 311, 21, 7]

    /// - Returns: the template's name, or nil when the request names none and the endpoint's rule decides.
    static func choose(
        names: [String], request: CertificationRequest, offered: [Template], identifiers: TemplateOID?
    ) throws(SOAPFault) -> String? {
        var meant = names
        if let oid = try identifier(in: request) {
            guard let template = offered.first(where: { identifiers?.value(template: $0.name) == oid }) else { throw notOffered }
            meant.append(template.name)
        }
        guard let first = meant.first else { return nil }
        guard meant.allSatisfy({ $0 == first }) else {
            throw SOAPFault(enrollment: .templateConflict, reason: "The request names more than one template.")
        }
        guard offered.contains(where: { $0.name == first }) else { throw notOffered }
        return first
    }

    /// The first element of the extension's SEQUENCE, dotted.
    private static func identifier(in request: CertificationRequest) throws(SOAPFault) -> String? {
        guard let item = request.requestedExtensions.first(where: { $0.oid == templateInformation }) else { return nil }
        do throws(FormatError) {
            var fields = try TLV(item.value, "template information", rules: .ber).sequence("template information")
            return "\(try fields.oid("template"))"
        } catch {
            throw SOAPFault(enrollment: .invalidData, reason: "The template information of the request cannot be decoded.")
        }
    }

    private static let notOffered = SOAPFault(
        enrollment: .unsupportedCertificateType, reason: "The requested certificate template is not offered by this CA.")
}
