import Crypto
import PKIFormats

/// The physical limit of an issuance: the request's signature verified and a certificate signed.
enum RawOperations {
    /// Microseconds of processor time, the best of five series.
    static func cost(of request: CertificationRequest) throws -> Double {
        let key = P256.Signing.PrivateKey()
        let message = request.info
        let signature = try key.signature(for: SHA256.hash(data: message))
        var best = Double.infinity
        for _ in 0..<5 {
            let began = ProcessTime.cpu()
            for _ in 0..<200 {
                guard key.publicKey.isValidSignature(signature, for: SHA256.hash(data: message)) else { throw UnexpectedResult() }
                _ = try key.signature(for: SHA256.hash(data: message))
            }
            best = min(best, (ProcessTime.cpu() - began) / 200)
        }
        return best
    }
}

/// A result that makes the measurement worthless.
struct UnexpectedResult: Error {}
