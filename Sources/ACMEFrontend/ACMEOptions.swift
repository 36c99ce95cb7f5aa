import Foundation

/// How one directory behaves. Times are in seconds.
package struct ACMEOptions: Sendable {
    /// What clients reach the server by, scheme, host and port, for example `https://ca.example:8443`.
    package var baseURL: String
    /// Where http-01 asks first; 80 outside a lab.
    package var http01Port: Int
    /// Whether names of one label, such as `localhost`, may be ordered.
    package var allowsSingleLabelNames: Bool
    /// Waits before the second, third … try of a validation that failed for the network's sake.
    package var validationRetries: [Double]
    /// `Retry-After` of anything that is processing.
    package var pollInterval: Int
    package var pendingLifetime: TimeInterval
    package var authorizationLifetime: TimeInterval
    /// How long a finished order stays readable: longer than its certificate lives, since some clients renew by the old order.
    package var orderRetention: TimeInterval
    package var maxIdentifiers: Int
    /// Unfinished orders that one account may have.
    package var maxOpenOrders: Int
    /// New accounts that one address may make at once, and a second in the long run.
    package var registrationBurst: Int
    package var registrationsPerSecond: Double
    /// Validations in progress at once; thirty-two times as many wait in memory, and more for the client's next poll.
    package var maxValidations: Int
    /// How long the answer to a challenge waits for its verdict, its turn in line included.
    package var validationPatience: Double
    /// Bytes of a request body.
    package var maxBody: Int

    package init(baseURL: String, http01Port: Int = 80, isLab: Bool = false) {
        self.baseURL = baseURL
        self.http01Port = http01Port
        allowsSingleLabelNames = isLab
        validationRetries = isLab ? [0.2, 0.5, 1] : [2, 4, 8]
        pollInterval = isLab ? 1 : 3
        let day: TimeInterval = 86_400
        pendingLifetime = 7 * day
        authorizationLifetime = 30 * day
        orderRetention = 430 * day
        maxIdentifiers = 100
        maxOpenOrders = 300
        registrationBurst = 100
        registrationsPerSecond = 1
        maxValidations = 64
        validationPatience = 6
        maxBody = 65_536
    }
}
