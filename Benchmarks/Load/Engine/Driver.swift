import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Runs a workload: every connection opens, does its prelude and one unit to warm up, waits for the others; then the measured units.
///
/// One event loop does everything, so that the generator takes one core at most and needs no lock.
final class Driver: @unchecked Sendable {  // confined to `loop` once started
    private enum Phase {
        case warming
        case measuring
        case finished
    }

    let options: LoadOptions
    let destination: Destination
    let tls: NIOSSLContext?
    let loop: any EventLoop
    private let workload: any Workload
    private let promise: EventLoopPromise<Measurement>
    private var lanes: [Lane] = []
    private var phase = Phase.warming
    private var busy: Set<Int> = []
    private var taken = 0
    private var measured = 0
    private var warmUpFailures: [String: Int] = [:]
    private var started = NIODeadline.now()
    private var clientBefore = ProcessFigures(of: [])
    private var serverBefore = ProcessFigures(of: [])
    private(set) var result = Measurement()

    private init(_ workload: any Workload, _ destination: Destination, tls: NIOSSLContext?, options: LoadOptions, loop: any EventLoop) {
        self.workload = workload
        self.destination = destination
        self.tls = tls
        self.options = options
        self.loop = loop
        promise = loop.makePromise()
    }

    /// - Parameter loop: where a case already runs something of its own, else a new one.
    static func run(
        _ workload: any Workload, at destination: Destination, tls: NIOSSLContext? = nil, options: LoadOptions,
        loop: any EventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
    ) async throws -> LoadReport {
        guard workload.count >= options.requests + options.connections else { throw LoadFailure("too few units were prepared") }
        let driver = Driver(workload, destination, tls: tls, options: options, loop: loop)
        loop.execute { driver.begin() }
        return LoadReport(try await driver.promise.futureResult.get(), options: options)
    }

    private func begin() {
        lanes = (0..<options.connections).map { Lane($0, driver: self) }
        busy = Set(lanes.indices)
        for lane in lanes {
            var units = [workload.script(taken, lane: lane.number)]
            if let prelude = workload.prelude(lane: lane.number) { units.insert(prelude, at: 0) }
            taken += 1
            lane.warmUp(units)
        }
        loop.scheduleTask(in: .seconds(180)) { [self] in
            if phase == .warming { promise.fail(LoadFailure("the warm-up took more than three minutes: \(warmUpFailures)")) }
        }
    }

    /// A connection has done its warm-up.
    func warmed(_ lane: Lane, failure: String?) {
        guard phase == .warming else { return }
        if let failure { warmUpFailures[failure, default: 0] += 1 }
        busy.remove(lane.number)
        guard busy.isEmpty else { return }
        if warmUpFailures.values.reduce(0, +) == lanes.count {
            phase = .finished
            promise.fail(LoadFailure("no connection got through the warm-up: \(warmUpFailures)"))
            return
        }
        measure()
    }

    private func measure() {
        phase = .measuring
        result = Measurement()
        result.warmUpFailures = warmUpFailures
        serverBefore = ProcessFigures(of: options.serverPid)
        clientBefore = ProcessFigures(of: [Int(getpid())])
        started = .now()
        loop.scheduleTask(in: .seconds(Int64(options.seconds))) { [self] in
            guard phase == .measuring else { return }
            result.ranOutOfTime = true
            finish()
        }
        busy = Set(lanes.indices)
        for lane in lanes { lane.go() }
    }

    /// The next unit of a connection and when it is due; nil when there is none left, and the connection may rest.
    func unit(for lane: Lane) -> (script: any Script, due: NIODeadline)? {
        guard phase == .measuring, measured < options.requests else {
            busy.remove(lane.number)
            if phase == .measuring, busy.isEmpty { finish() }
            return nil
        }
        let due = options.rate > 0 ? started + .nanoseconds(Int64(Double(measured) / options.rate * 1e9)) : .now()
        measured += 1
        taken += 1
        return (workload.script(taken - 1, lane: lane.number), due)
    }

    func finished(_ failure: String?, after latency: TimeAmount) {
        guard phase == .measuring else { return }
        if let failure {
            result.failures[failure, default: 0] += 1
        } else {
            result.succeeded += 1
            result.histogram.record(UInt64(max(latency.nanoseconds, 1)))
        }
    }

    func count(_ change: (inout Measurement) -> Void) {
        if phase == .measuring { change(&result) }
    }

    private func finish() {
        result.seconds = Double((NIODeadline.now() - started).nanoseconds) / 1e9
        result.client = ProcessFigures(of: [Int(getpid())]).since(clientBefore)
        if !options.serverPid.isEmpty { result.server = ProcessFigures(of: options.serverPid).since(serverBefore) }
        let unfinished = result.ranOutOfTime ? busy.count : 0
        if unfinished > 0 { result.failures["under way when the time ran out"] = unfinished }
        phase = .finished
        for lane in lanes { lane.close() }
        promise.succeed(result)
    }
}
