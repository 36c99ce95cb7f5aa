import Foundation

/// Base64 of header values.
enum Base64 {
    /// The UTF-8 text behind `encoded`; nil when either layer is malformed.
    static func decodeText(_ encoded: Substring) -> String? {
        guard let data = Data(base64Encoded: encoded.trimmingCharacters(in: .whitespaces)) else { return nil }
        return String(validating: data, as: UTF8.self)
    }
}
