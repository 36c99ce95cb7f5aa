import EnrollmentCore
import Foundation

/// The lists of weak keys that the configuration names.
struct WeakKeyFiles {
    /// Debian's longest list has 6 MiB, badkeys' some tens.
    private static let limit = 64 << 20

    private let paths: [String]

    init(_ configuration: Configuration, in directory: DataDirectory) {
        paths = (configuration.weakKeyLists ?? []).map(directory.file)
    }

    /// - Throws: `CommandFailure` when a file cannot be read or is no such list: a check that silently finds nothing is none.
    func load() throws -> WeakKeyList {
        var list = WeakKeyList()
        for path in paths {
            guard let data = FileManager.default.contents(atPath: path), data.count <= Self.limit else {
                throw CommandFailure("weakKeyLists: \(path) cannot be read, or has more than 64 MiB")
            }
            do {
                if path.hasSuffix(".dat") {
                    try list.add(badkeys: Array(data))
                } else {
                    try list.add(String(decoding: data, as: UTF8.self))
                }
            } catch {
                throw CommandFailure("weakKeyLists: \(path): \(error)")
            }
        }
        return list
    }
}
