import PKIFormats

extension NDESOptions.Templates {
    /// The template for a request that names none itself; nil where nothing is set for its key usage.
    func name(for request: CertificationRequest) -> String? {
        guard request.templateName == nil else { return nil }
        let wish = request.requestedExtensions.first { $0.oid == OIDs.keyUsage }
        let usage = wish.flatMap { try? KeyUsage(der: $0.value) } ?? []
        switch (usage.contains(.digitalSignature), usage.contains(.keyEncipherment)) {
        case (true, false): return signature
        case (false, true): return encryption
        case (true, true), (false, false): return general
        }
    }
}
