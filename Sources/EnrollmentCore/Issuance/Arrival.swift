import Foundation

/// What was observed of a request, before anything in it was believed.
package struct Arrival: Sendable {
    /// The endpoint's name, for example `scep-default`.
    package let endpoint: String
    /// The binding of the endpoint through which it came.
    package let binding: String
    /// The protocol's own word for what is asked, for example `PKCSReq` or `simpleenroll`.
    package let operation: String
    /// The client's address as text; nil for the command line.
    package let peer: String?
    package let userAgent: String?
    /// The protocol's own id of the exchange, at most 512 octets: what makes a retry the same request beyond its content, and what a
    /// later poll presents again. SCEP: transactionID and signer key; ACME: the order. Empty where the protocol has none.
    package let exchangeID: [UInt8]
    /// What of the exchange id a retry must have in common with the first try. SCEP: the signer's key, for a client may give each try
    /// a transactionID of its own. The whole exchange id where nothing else is said.
    package let retryID: [UInt8]
    /// The protocol's own id of the exchange as text, for those who are told of it.
    package let transactionID: String?
    package let instant: Date
    /// The bytes as they came, where the door keeps them: never into a log, sealed where kept.
    package let raw: [UInt8]

    package init(
        endpoint: String, binding: String, operation: String, peer: String? = nil, userAgent: String? = nil, exchangeID: [UInt8] = [],
        retryID: [UInt8]? = nil, transactionID: String? = nil, instant: Date, raw: [UInt8] = []
    ) {
        self.endpoint = endpoint
        self.binding = binding
        self.operation = operation
        self.peer = peer
        self.userAgent = userAgent.map { String($0.prefix(200)) }
        self.exchangeID = exchangeID
        self.retryID = retryID ?? exchangeID
        self.transactionID = transactionID
        self.instant = instant
        self.raw = raw
    }

    /// The same with the bytes as they came.
    package func keeping(_ raw: [UInt8]) -> Arrival {
        Arrival(
            endpoint: endpoint, binding: binding, operation: operation, peer: peer, userAgent: userAgent, exchangeID: exchangeID,
            retryID: retryID, transactionID: transactionID, instant: instant, raw: raw)
    }
}
