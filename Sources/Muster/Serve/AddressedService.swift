import HTTPTransport
import ServiceLifecycle

/// A listener whose failure names its address: the system's own words do not.
struct AddressedService: Service {
    private let listener: HTTPListener
    private let address: ListenAddress

    init(_ listener: HTTPListener, address: ListenAddress) {
        self.listener = listener
        self.address = address
    }

    func run() async throws {
        do {
            try await listener.run()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw CommandFailure("the \(listener.name) listener at \(address) failed: \(error)")
        }
    }
}
