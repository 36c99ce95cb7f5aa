/// The class and number of a tag; whether it is constructed is not part of it.
package struct Tag: Sendable, Hashable {
    package enum Class: UInt8, Sendable { case universal, application, contextSpecific, `private` }

    package let tagClass: Class
    package let tagNumber: UInt64

    init(_ tagClass: Class, _ tagNumber: UInt64) {
        self.tagClass = tagClass
        self.tagNumber = tagNumber
    }

    /// A context-specific tag.
    package static func context(_ number: UInt) -> Tag { Tag(.contextSpecific, UInt64(number)) }

    package static let boolean = Tag(.universal, 0x01)
    package static let integer = Tag(.universal, 0x02)
    package static let bitString = Tag(.universal, 0x03)
    package static let octetString = Tag(.universal, 0x04)
    package static let null = Tag(.universal, 0x05)
    package static let objectIdentifier = Tag(.universal, 0x06)
    package static let enumerated = Tag(.universal, 0x0A)
    package static let utf8String = Tag(.universal, 0x0C)
    package static let sequence = Tag(.universal, 0x10)
    package static let set = Tag(.universal, 0x11)
    package static let numericString = Tag(.universal, 0x12)
    package static let printableString = Tag(.universal, 0x13)
    package static let teletexString = Tag(.universal, 0x14)
    package static let ia5String = Tag(.universal, 0x16)
    package static let utcTime = Tag(.universal, 0x17)
    package static let generalizedTime = Tag(.universal, 0x18)
    package static let visibleString = Tag(.universal, 0x1A)
    package static let universalString = Tag(.universal, 0x1C)
    package static let bmpString = Tag(.universal, 0x1E)
}
