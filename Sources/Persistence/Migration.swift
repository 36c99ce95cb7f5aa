/// One step of a module's tables. Versions of a module count 1, 2, 3 … without a gap; a step that has been released never changes.
package struct Migration: Sendable, Hashable {
    package let module: String
    package let version: Int
    package let statements: [String]

    package init(module: String, version: Int, statements: [String]) {
        self.module = module
        self.version = version
        self.statements = statements
    }
}
