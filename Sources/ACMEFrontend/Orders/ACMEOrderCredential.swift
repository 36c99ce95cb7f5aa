import EnrollmentCore

/// A ready order, shown by the account whose key signed the finalize request. Only for a decoder that has verified that signature.
package struct ACMEOrderCredential: Credential {
    let order: Order

    /// - Parameter order: the account's own, as it was a moment ago; the claim holds only if it still is that.
    init(_ order: Order) { self.order = order }
}
