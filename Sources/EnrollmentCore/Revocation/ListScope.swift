import PKIFormats

/// Which certificates a list speaks of: all of a key generation, or those of one shard; and whether it only amends another list.
package struct ListScope: Sendable, Hashable {
    package let issuerKey: [UInt8]
    /// 0: all certificates of the issuer.
    package let shard: Int
    package let isDelta: Bool

    package init(issuerKey: [UInt8], shard: Int = 0, isDelta: Bool = false) {
        self.issuerKey = issuerKey
        self.shard = shard
        self.isDelta = isDelta
    }

    /// The file that status URLs name: `HEX.crl`, `HEX-3.crl`, `HEX-delta.crl`, `HEX-3-delta.crl`; HEX is the issuer's key identifier.
    package var fileName: String { issuerKey.hex + (shard == 0 ? "" : "-\(shard)") + (isDelta ? "-delta" : "") + ".crl" }

    /// Nil for what is no such name.
    package init?(fileName: String) {
        guard fileName.utf8.count <= 160, fileName.hasSuffix(".crl") else { return nil }
        var parts = fileName.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)[...]
        guard let hex = parts.popFirst(), let issuerKey = [UInt8](hex: String(hex)) else { return nil }
        self.issuerKey = issuerKey
        isDelta = parts.last == "delta"
        if isDelta { parts.removeLast() }
        switch parts.count {
        case 0: shard = 0
        case 1:
            guard let text = parts.first, let number = Int(text), number > 0, String(number) == text else { return nil }
            shard = number
        default: return nil
        }
    }
}
