/// A request waits for a server of somebody else's, and nobody knows for how long: what it has taken a place of, it gives back before.
package final class ForeignWait: Sendable {
    /// That of the request at work; nil where it holds nothing that others want.
    @TaskLocal package static var current: ForeignWait?

    private let giveBack: @Sendable () -> Void

    /// - Parameter giveBack: called before each such wait.
    package init(_ giveBack: @escaping @Sendable () -> Void) { self.giveBack = giveBack }

    func begins() { giveBack() }
}
