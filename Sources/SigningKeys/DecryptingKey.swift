import PKIFormats

/// A private key that also opens what was encrypted to it: a registration authority's, never a CA's. RSA.
package protocol DecryptingKey: SigningKey {
    /// Opens a CMS EnvelopedData (BER, in its ContentInfo) that names `recipient`, whose key this is.
    ///
    /// Whatever is wrong with the message, the error is the same `KeyFailure`: a difference would help to decrypt captured messages. A
    /// broken key block goes on with a random key, so the result may also be bytes without meaning. Throws `Overloaded` besides.
    func decrypt(enveloped: [UInt8], recipient: Certificate) async throws -> [UInt8]
}
