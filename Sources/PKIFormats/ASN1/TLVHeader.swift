/// Tag and length of one element (X.690 §8.1.2, §8.1.3).
struct TLVHeader {
    let tag: Tag
    let isConstructed: Bool
    /// Where the contents begin.
    let contentsStart: Int
    /// Where they end; nil: at end-of-contents octets.
    let contentsEnd: Int?

    /// So deep may elements stand in one another.
    private static let depthLimit = 50

    /// Reads the header at `start`; nil where there is none of these rules, or the contents would pass `limit`.
    init?(_ bytes: Span<UInt8>, at start: Int, before limit: Int, _ rules: TLV.Rules) {
        guard start < limit else { return nil }
        let first = bytes[start]
        var position = start + 1
        var number = UInt64(first & 0x1F)
        if number == 0x1F {
            guard let long = Self.number(bytes, &position, before: limit), long >= 0x1F else { return nil }
            number = long
        }
        // [UNIVERSAL 0] is what end-of-contents octets look like.
        guard let tagClass = Tag.Class(rawValue: first >> 6), tagClass != .universal || number != 0, position < limit else { return nil }
        tag = Tag(tagClass, number)
        isConstructed = first & 0x20 != 0

        let short = bytes[position]
        position += 1
        var length = Int(short)
        if short == 0x80 {
            guard rules == .ber, isConstructed else { return nil }
            contentsStart = position
            contentsEnd = nil
            return
        }
        if short > 0x80 {
            let count = Int(short & 0x7F)
            guard count <= 8, limit - position >= count else { return nil }
            length = 0
            for index in position..<position + count {
                guard length < 1 << 48 else { return nil }
                length = length << 8 | Int(bytes[index])
            }
            // DER has one form for each length.
            guard rules == .ber || (length >= 0x80 && bytes[position] != 0) else { return nil }
            position += count
        }
        guard limit - position >= length else { return nil }
        contentsStart = position
        contentsEnd = position + length
    }

    /// Where the element at `start` ends, when it and everything inside it is well-formed.
    static func end(of bytes: Span<UInt8>, at start: Int, before limit: Int, _ rules: TLV.Rules, depth: Int = 1) -> Int? {
        guard depth <= depthLimit, let header = TLVHeader(bytes, at: start, before: limit, rules) else { return nil }
        if let end = header.contentsEnd, !header.isConstructed { return end }
        var position = header.contentsStart
        while true {
            if let end = header.contentsEnd {
                if position == end { return end }
            } else if limit - position >= 2, bytes[position] == 0, bytes[position + 1] == 0 {
                return position + 2
            }
            guard let next = Self.end(of: bytes, at: position, before: header.contentsEnd ?? limit, rules, depth: depth + 1) else {
                return nil
            }
            position = next
        }
    }

    /// Groups of seven bits, the last with a clear first bit: at most nine, the first not zero.
    private static func number(_ bytes: Span<UInt8>, _ position: inout Int, before limit: Int) -> UInt64? {
        var number: UInt64 = 0
        for index in 0..<9 {
            guard position < limit else { return nil }
            let byte = bytes[position]
            position += 1
            guard index > 0 || byte != 0x80 else { return nil }
            number = number << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return number }
        }
        return nil
    }
}
