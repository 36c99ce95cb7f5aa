import SwiftASN1

/// An object identifier.
package typealias OID = ASN1ObjectIdentifier

extension ASN1ObjectIdentifier {
    /// Reads the dotted form of a person or a configuration; nil for anything that is no object identifier.
    package init?(dotted text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (2...32).contains(parts.count) else { return nil }
        var numbers: [UInt] = []
        for part in parts {
            guard part.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = UInt(part),
                number <= UInt(UInt32.max)
            else { return nil }
            numbers.append(number)
        }
        guard numbers[0] <= 2, numbers[0] == 2 || numbers[1] < 40 else { return nil }
        guard let oid = try? OID(elements: numbers) else { return nil }
        self = oid
    }

    /// The whole DER element, tag and length included.
    package var der: [UInt8] {
        var serializer = SwiftASN1.DER.Serializer()
        // Serialising an identifier only copies its bytes: it has no failing case.
        try? serializer.serialize(self)
        return serializer.serializedBytes
    }
}
