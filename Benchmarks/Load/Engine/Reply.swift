/// One HTTP reply.
struct Reply {
    let status: Int
    /// Names in lower case.
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    subscript(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// Whether `needle` occurs in the body.
    func contains(_ needle: [UInt8]) -> Bool {
        guard let first = needle.first, body.count >= needle.count else { return false }
        var start = 0
        while let found = body[start...].firstIndex(of: first), found + needle.count <= body.count {
            if body[found..<found + needle.count].elementsEqual(needle) { return true }
            start = found + 1
        }
        return false
    }
}
