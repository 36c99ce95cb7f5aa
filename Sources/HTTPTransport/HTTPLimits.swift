import NIOCore

/// What one listener grants a client. Every bound is enforced on the stream, before a route sees the request.
package struct HTTPLimits: Sendable {
    /// Bytes of a request body; a larger one is answered 413, at the head where `Content-Length` announces it.
    package var maxBody: Int
    /// Bytes of the request target, and of one header field. SCEP carries whole messages in the target.
    package var maxHeaderField: Int
    /// Bytes of the request target and all header fields together.
    package var maxHeaderList: Int
    package var maxHeaderCount: Int
    /// From the first part of a request to the end of its response; also from accept (TLS included) to the first head.
    package var requestDeadline: TimeAmount
    /// How long a kept-alive connection may wait for the next request.
    package var idleTimeout: TimeAmount
    package var maxConnections: Int

    package init(
        maxBody: Int = 256 * 1024,
        maxHeaderField: Int = 80 * 1024,
        maxHeaderList: Int = 128 * 1024,
        maxHeaderCount: Int = 128,
        requestDeadline: TimeAmount = .seconds(30),
        idleTimeout: TimeAmount = .seconds(60),
        maxConnections: Int = 4096
    ) {
        self.maxBody = maxBody
        self.maxHeaderField = maxHeaderField
        self.maxHeaderList = maxHeaderList
        self.maxHeaderCount = maxHeaderCount
        self.requestDeadline = requestDeadline
        self.idleTimeout = idleTimeout
        self.maxConnections = maxConnections
    }
}
