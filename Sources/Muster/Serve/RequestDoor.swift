/// The door that a request knocks at, by its path: a closed set, so that no client can invent a label of a metric.
enum RequestDoor: String, Sendable {
    case scep, est, acme, wstep, revocation, ocsp, status, other

    init(path: String) {
        var path = path
        self = path.withUTF8(Self.door)
    }

    /// Whether requests at this door are limited, and their replies noted in the trail.
    var isProtocol: Bool {
        switch self {
        case .scep, .est, .acme, .wstep, .revocation: true
        case .ocsp, .status, .other: false
        }
    }

    private static func door(_ path: UnsafeBufferPointer<UInt8>) -> RequestDoor {
        if path.begins(with: "/scep/") || path.begins(with: "/cgi-bin/") || path.begins(with: "/certsrv/") { return .scep }
        if path.begins(with: "/acme/") { return .acme }
        if path.holds("/.well-known/est") { return .est }
        if path.holds("/service.svc") { return .wstep }
        if path.begins(with: "/revocation/") { return .revocation }
        if path.begins(with: "/ocsp") { return .ocsp }
        let isBundle = path.count == "/relying-party.pem".utf8.count && path.begins(with: "/relying-party.pem")
        return path.begins(with: "/crl/") || path.begins(with: "/ca/") || isBundle ? .status : .other
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func begins(with text: StaticString, at start: Int = 0) -> Bool {
        guard start + text.utf8CodeUnitCount <= count else { return false }
        return text.withUTF8Buffer { text in text.indices.allSatisfy { self[start + $0] == text[$0] } }
    }

    fileprivate func holds(_ text: StaticString) -> Bool { indices.contains { begins(with: text, at: $0) } }
}
