import Foundation
import PKIFormats

/// A `pkcs11:` URI (RFC 7512): which key in which token, and how to get at it.
package struct PKCS11URI: Sendable, Hashable, CustomStringConvertible {
    /// As it was given.
    package let text: String
    package let token: String?
    package let serial: String?
    package let manufacturer: String?
    package let model: String?
    package let slotID: UInt?
    /// CKA_LABEL of the key.
    package let object: String?
    /// CKA_ID of the key.
    package let id: [UInt8]?
    /// The path of the module's shared library.
    package let modulePath: String?
    /// A file whose first line is the PIN.
    package let pinSource: String?

    /// Whether the text is meant to be such a URI.
    package static func matches(_ text: String) -> Bool { text.lowercased().hasPrefix("pkcs11:") }

    /// An attribute that this program does not know would narrow what is meant: it is refused, as §2.3 asks.
    package init(_ text: String) throws {
        guard Self.matches(text), text.utf8.count <= 4096 else { throw KeyFailure(reason: "not a pkcs11: URI") }
        let parts = text.dropFirst("pkcs11:".count).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = try Self.attributes(parts.first ?? "", separator: ";")
        var query = try Self.attributes(parts.count > 1 ? parts[1] : "", separator: "&")
        func take(_ name: String, _ from: inout [String: [UInt8]]) -> String? {
            from.removeValue(forKey: name).map { String(decoding: $0, as: UTF8.self) }
        }
        self.text = text
        token = take("token", &path)
        serial = take("serial", &path)
        manufacturer = take("manufacturer", &path)
        model = take("model", &path)
        object = take("object", &path)
        id = path.removeValue(forKey: "id")
        if let slot = take("slot-id", &path) {
            guard let number = UInt(slot) else { throw KeyFailure(reason: "slot-id of the pkcs11: URI is not a number") }
            slotID = number
        } else {
            slotID = nil
        }
        if let type = take("type", &path), type != "private" {
            throw KeyFailure(reason: "the pkcs11: URI names a \(type) object: type=private, or leave it out")
        }
        modulePath = take("module-path", &query)
        guard query["pin-value"] == nil else {
            throw KeyFailure(
                reason: "pin-value would show the PIN: name its file (pin-source=FILE), set MUSTER_PKCS11_PIN, or type it when asked")
        }
        pinSource = take("pin-source", &query).map { $0.hasPrefix("file:") ? URL(string: $0)?.path ?? String($0.dropFirst(5)) : $0 }
        if let unknown = path.keys.sorted().first ?? query.keys.sorted().first {
            throw KeyFailure(reason: "the pkcs11: URI has an attribute '\(unknown)' that is not known here")
        }
        guard object != nil || id != nil else { throw KeyFailure(reason: "the pkcs11: URI names no key: give object= or id=") }
        guard token != nil || serial != nil || slotID != nil else {
            throw KeyFailure(reason: "the pkcs11: URI names no token: give token=, serial= or slot-id=")
        }
    }

    private static func attributes(_ text: Substring, separator: Character) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for part in text.split(separator: separator) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, let value = decoded(pair[1]), found.updateValue(value, forKey: String(pair[0])) == nil else {
                throw KeyFailure(reason: "the pkcs11: URI is malformed at '\(pair.first ?? "")'")
            }
        }
        return found
    }

    private static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = [UInt8](hex: String(decoding: rest.prefix(2), as: UTF8.self)) else { return nil }
            bytes += value
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    /// The PIN as it is written down: in the file of `pin-source`, else in the environment's MUSTER_PKCS11_PIN; nil where it is in neither.
    func writtenPIN() throws -> [UInt8]? {
        if let pinSource {
            guard let data = FileManager.default.contents(atPath: pinSource), data.count <= 4096 else {
                throw KeyFailure(reason: "the PIN file \(pinSource) cannot be read")
            }
            return Array(data.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
        }
        return ProcessInfo.processInfo.environment["MUSTER_PKCS11_PIN"].flatMap { $0.isEmpty ? nil : Array($0.utf8) }
    }

    /// The module: `module-path`, else the environment's MUSTER_PKCS11_MODULE.
    func module() throws -> String {
        if let modulePath { return modulePath }
        if let path = ProcessInfo.processInfo.environment["MUSTER_PKCS11_MODULE"], !path.isEmpty { return path }
        throw KeyFailure(reason: "the PKCS #11 module is not known: name it in the URI (?module-path=FILE), or set MUSTER_PKCS11_MODULE")
    }

    /// Without a PIN.
    package var description: String {
        let parts = [
            token.map { "token \($0)" }, serial.map { "serial \($0)" }, slotID.map { "slot \($0)" }, object.map { "object \($0)" },
        ]
        return (parts.compactMap { $0 } + [id.map { "id \($0.hex)" }].compactMap { $0 }).joined(separator: ", ")
    }
}
