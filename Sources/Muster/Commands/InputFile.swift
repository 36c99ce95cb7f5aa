import Foundation

/// A file that the command's caller names; a server that runs may see other files than he does, so the command reads it.
enum InputFile {
    private static let limit = 32 << 20

    static func read(_ path: String) throws -> Data {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: limit + 1) else {
            throw CommandFailure("\(path) cannot be read")
        }
        guard data.count <= limit else { throw CommandFailure("\(path) is larger than \(limit) bytes") }
        return data
    }
}
