import EnrollmentCore

/// A ready order, shown by the account whose key signed the finalize request. Only for a decoder that has verified that signature.
package struct ACMEOrderCredential: Credential {
    let orderID: String
    let accountID: String

    init(orderID: String, accountID: String) {
        self.orderID = orderID
        self.accountID = accountID
    }
}
