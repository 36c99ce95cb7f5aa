/// What this server says in JSON.
package protocol JSONWritable {
    func write(to text: inout JSONText)
}

extension String: JSONWritable {
    package func write(to text: inout JSONText) { text.string(self) }
}

extension Bool: JSONWritable {
    package func write(to text: inout JSONText) { text.literal(self ? "true" : "false") }
}

extension Int: JSONWritable {
    package func write(to text: inout JSONText) { text.literal(String(self)) }
}

extension Array: JSONWritable where Element: JSONWritable {
    package func write(to text: inout JSONText) { text.array(self) }
}
