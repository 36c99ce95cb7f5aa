/// Orders with their names and certification requests.
struct ACMEWorkload: Workload {
    struct Order: Sendable {
        let name: String
        /// base64url of the PKCS #10 request.
        let request: String
    }

    let orders: [Order]
    /// One a connection.
    let clients: [ACMEClient]

    var count: Int { orders.count }

    func prelude(lane: Int) -> (any Script)? { ACMERegistration(clients[lane]) }

    func script(_ index: Int, lane: Int) -> any Script { ACMEOrder(orders[index], clients[lane]) }
}
