extension XMLWriter {
    /// A list element; nil when empty, as the schema has no empty lists.
    mutating func list<Item>(_ name: StaticString, _ items: [Item], _ encode: (inout XMLWriter, Item) -> Void) {
        guard !items.isEmpty else {
            nilElement(name)
            return
        }
        element(name) { writer in
            for item in items { encode(&writer, item) }
        }
    }

    /// A number, or nil.
    mutating func optional(_ name: StaticString, _ number: (some BinaryInteger)?) {
        if let number { element(name, text: String(number)) } else { nilElement(name) }
    }
}
