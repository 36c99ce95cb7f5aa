extension Decoder {
    /// A key that nobody reads is a typing error, or the restriction of a newer program: neither may be passed over in silence.
    func refuseUnknownKeys<Key: CodingKey & CaseIterable>(_ known: Key.Type) throws {
        let names = Set(known.allCases.map(\.stringValue))
        let found = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
        guard let unknown = found.first(where: { !names.contains($0) }) else { return }
        throw DecodingError.dataCorrupted(
            .init(codingPath: codingPath, debugDescription: "there is no '\(unknown)'; there are \(names.sorted().joined(separator: ", "))")
        )
    }

    func corrupted(_ text: String) -> DecodingError { .dataCorrupted(.init(codingPath: codingPath, debugDescription: text)) }
}

/// Any key at all.
private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
