import EnrollmentCore
import PKIFormats
import Yams

/// Between YAML and the JSON values in which the catalog is kept.
enum YAMLValue {
    private static let depthLimit = 16
    private static let nodeLimit = 50_000

    /// Text in quotes stays text, whatever it looks like.
    static func read(_ node: Node) throws(FormatError) -> EndpointOptions.Value {
        var count = 0
        return try read(node, depth: 0, count: &count)
    }

    /// Aliases are followed, so that a small file could be a large tree: its nodes are counted.
    private static func read(_ node: Node, depth: Int, count: inout Int) throws(FormatError) -> EndpointOptions.Value {
        count += 1
        guard depth <= depthLimit, count <= nodeLimit else { throw FormatError("document", "too deep or too large") }
        switch node {
        case .scalar(let scalar): return value(of: scalar)
        case .sequence(let sequence):
            var list: [EndpointOptions.Value] = []
            for element in sequence { list.append(try read(element, depth: depth + 1, count: &count)) }
            return .list(list)
        case .mapping(let mapping):
            var members: [String: EndpointOptions.Value] = [:]
            for (key, element) in mapping {
                guard let name = key.scalar?.string else { throw FormatError("document", "a key that is no text") }
                guard members[name] == nil else { throw FormatError("document", "the key '\(name)' stands there twice") }
                guard !isNull(element) else { continue }
                members[name] = try read(element, depth: depth + 1, count: &count)
            }
            return .object(members)
        case .alias: throw FormatError("document", "an alias without its anchor")
        }
    }

    private static func isNull(_ node: Node) -> Bool { node.scalar != nil && node.tag == Tag(.null) }

    private static func value(of scalar: Node.Scalar) -> EndpointOptions.Value {
        switch Node.scalar(scalar).tag {
        case Tag(.bool): Bool.construct(from: scalar).map { .flag($0) } ?? .text(scalar.string)
        case Tag(.int): Int.construct(from: scalar).map { .integer(Int64($0)) } ?? .text(scalar.string)
        case Tag(.float): Double.construct(from: scalar).map { .number($0) } ?? .text(scalar.string)
        default: .text(scalar.string)
        }
    }

    /// Keys in the order of `ranks`, then by the alphabet.
    static func node(_ value: EndpointOptions.Value, ranks: [String]) -> Node {
        switch value {
        case .flag(let flag): return Node(flag ? "true" : "false", Tag(.bool))
        case .integer(let number): return Node("\(number)", Tag(.int))
        case .number(let number): return Node("\(number)", Tag(.float))
        case .text(let text):
            let isPlain = !text.isEmpty && Node(text).tag == Tag(.str)
            return Node(text, Tag(.str), isPlain ? .any : .doubleQuoted)
        case .list(let list): return Node(list.map { node($0, ranks: ranks) }, Tag(.seq), isFlat(list) ? .flow : .any)
        case .object(let members):
            func rank(_ key: String) -> (Int, String) { (ranks.firstIndex(of: key) ?? ranks.count, key) }
            let pairs = members.sorted { rank($0.key) < rank($1.key) }.map { (Node($0.key), node($0.value, ranks: ranks)) }
            return Node(pairs, Tag(.map), pairs.isEmpty ? .flow : .any)
        }
    }

    /// A list of words fits a line.
    private static func isFlat(_ list: [EndpointOptions.Value]) -> Bool {
        list.allSatisfy { value in
            switch value {
            case .list, .object: false
            case .flag, .integer, .number, .text: true
            }
        }
    }
}
