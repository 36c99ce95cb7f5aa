import Foundation

/// The source tree that these tests were built from.
package enum Repository {
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// A file of the tree, by its path from the root.
    package static func file(_ path: String) -> String { root + "/" + path }

    /// The Python that `Scripts/install-dependencies.sh test` gave the packages of the tests.
    package static var python: String { file(".build-tools/venv/bin/python") }
}
