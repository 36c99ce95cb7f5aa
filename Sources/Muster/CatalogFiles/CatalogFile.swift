import EnrollmentCore
import Foundation
import PKIFormats
import Yams

/// What a file for `muster apply` holds, read but not yet judged.
struct CatalogFile {
    /// A document with its place, for messages.
    struct Document {
        enum Body {
            /// Whether the document says if the endpoint is open.
            case endpoint(Endpoint, saysEnabled: Bool)
            case template(Template)
        }

        /// `FILE:LINE`.
        let place: String
        let body: Body
    }

    private static let sizeLimit = 1 << 20
    private static let kinds = ["Endpoint", "Template"]

    let documents: [Document]

    /// - Throws: `CommandFailure` that names the file, the line, the path in the document, and what to do.
    init(name: String, text: String) throws {
        guard text.utf8.count <= Self.sizeLimit else { throw CommandFailure("\(name): larger than 1 MiB") }
        var documents: [Document] = []
        do {
            for node in try Yams.compose_all(yaml: text) {
                let place = "\(name):\(node.mark?.line ?? 1)"
                do {
                    documents.append(Document(place: place, body: try Self.body(YAMLValue.read(node))))
                } catch let error as FormatError {
                    throw CommandFailure("\(place): \(error)")
                } catch let error as CommandFailure {
                    throw CommandFailure("\(place): \(error.message)")
                }
            }
        } catch let error as YamlError {
            throw CommandFailure("\(name): \(error)")
        }
        guard !documents.isEmpty else { throw CommandFailure("\(name): no document in it; `muster export` shows the shape") }
        self.documents = documents
    }

    private static func body(_ value: EndpointOptions.Value) throws -> Document.Body {
        guard case .object(var members) = value, case .text(let kind)? = members.removeValue(forKey: "kind") else {
            throw CommandFailure("kind: is missing; write one of \(kinds.joined(separator: ", "))")
        }
        // Counted by the server.
        members["version"] = nil
        var subject = kind
        if case .text(let name)? = members["name"] { subject += " '\(name)'" }
        do {
            let json = try JSONEncoder().encode(EndpointOptions.Value.object(members))
            switch kind {
            case "Endpoint":
                return .endpoint(try JSONDecoder().decode(Endpoint.self, from: json), saysEnabled: members["enabled"] != nil)
            case "Template": return .template(try JSONDecoder().decode(Template.self, from: json))
            default: throw CommandFailure("kind: there is no '\(kind)'; there are \(kinds.joined(separator: ", "))")
            }
        } catch let error as DecodingError {
            throw CommandFailure("\(subject): \(ConfigurationFile.describe(error)); `muster export` shows the shape")
        }
    }
}
