extension Catalog {
    /// The template that gives devices the longest life below an authority, in seconds: once the CA ends sooner, it shortens or refuses.
    package func longestLifetime(below authority: String) -> (name: String, lifetime: Double)? {
        let offered = endpoints.filter { $0.authority == authority && $0.isEnabled && $0.protocolName.isReachable }
            .flatMap(\.policy.rules).flatMap(\.templates)
        return Set(offered).compactMap(template).filter { !$0.isEndless }
            .max { ($0.lifetime, $1.name) < ($1.lifetime, $0.name) }
            .map { ($0.name, Double($0.lifetime)) }
    }
}
