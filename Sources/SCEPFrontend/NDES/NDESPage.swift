/// The password page, with the very words that MDMs look for in it.
struct NDESPage: Sendable {
    let encoding: NDESOptions.Encoding

    var contentType: String {
        switch encoding {
        case .utf8: "text/html; charset=utf-8"
        case .utf16le: "text/html"
        }
    }

    /// - Parameters:
    ///   - thumbprint: of the CA certificate, hex.
    ///   - minutes: how long the password is good for.
    func password(_ password: String, thumbprint: String, minutes: Int) -> [UInt8] {
        page(
            """
            <P> The thumbprint (hash value) for the CA certificate is: <B> \(Self.grouped(thumbprint)) </B>
            <P> The enrollment challenge password is: <B> \(password) </B>
            <P> This password can be used only once and will expire within \(minutes) minutes.
            <P> Each enrollment requires a new challenge password. You can refresh this web page to obtain a new challenge password. </P>
            """)
    }

    var full: [UInt8] { page("<P> The password cache is full. </P>") }
    var noPermission: [UInt8] { page("<P> You do not have sufficient permission to enroll with SCEP. </P>") }

    private func page(_ text: String) -> [UInt8] {
        let html = """
            <HTML><Head><Title>Network Device Enrollment Service</Title></Head><Body>
            <P> Network Device Enrollment Service allows you to obtain certificates for routers or other network devices using the Simple
            Certificate Enrollment Protocol (SCEP). </P>
            \(text)
            </Body></HTML>

            """
        switch encoding {
        case .utf8: return Array(html.utf8)
        case .utf16le: return html.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        }
    }

    private static func grouped(_ hex: String) -> String {
        let digits = Array(hex.uppercased())
        return stride(from: 0, to: digits.count, by: 8).map { String(digits[$0..<min($0 + 8, digits.count)]) }.joined(separator: " ")
    }
}
