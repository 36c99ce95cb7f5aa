import Logging
import ServiceLifecycle

/// Does something again and again until the server stops. A failure is logged and tried again sooner.
struct PeriodicService: Service {
    let name: String
    let interval: Duration
    let retryInterval: Duration
    let logger: Logger
    let work: @Sendable () async throws -> Void

    init(
        _ name: String, every interval: Duration, afterFailure retryInterval: Duration = .seconds(60), logger: Logger,
        work: @escaping @Sendable () async throws -> Void
    ) {
        self.name = name
        self.interval = interval
        self.retryInterval = min(retryInterval, interval)
        self.logger = logger
        self.work = work
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = interval
                do {
                    try await work()
                } catch  where Task.isCancelled {
                    return
                } catch {
                    logger.error("\(name) failed", metadata: ["reason": "\(AdminMessage.describe(error))"])
                    pause = retryInterval
                }
                try? await Task.sleep(for: pause)
            }
        }
    }
}
