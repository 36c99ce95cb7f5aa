import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// One connection and the unit it is at. Opens again when the server closed it. Confined to the driver's event loop.
final class Lane: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    let number: Int
    private let driver: Driver
    private var channel: (any Channel)?
    private var isReady = false
    private var parser = ReplyParser()
    private var script: (any Script)?
    private var warmUps: [any Script] = []
    private var isWarm = false
    private var unitStarted = NIODeadline.now()
    private var isHead = false
    private var pending: Step?
    private var deadline: Scheduled<Void>?
    private var hasRetried = false
    private var postponements = 0

    init(_ number: Int, driver: Driver) {
        self.number = number
        self.driver = driver
    }

    func warmUp(_ scripts: [any Script]) {
        warmUps = scripts
        nextWarmUp()
    }

    func go() { nextUnit() }

    func close() {
        deadline?.cancel()
        script = nil
        channel?.close(promise: nil)
    }

    // MARK: units

    private func nextWarmUp() {
        guard !warmUps.isEmpty else { return warmed(nil) }
        begin(warmUps.removeFirst(), due: .now())
    }

    private func warmed(_ failure: String?) {
        isWarm = true
        driver.warmed(self, failure: failure)
    }

    private func nextUnit() {
        guard let (script, due) = driver.unit(for: self) else { return }
        let wait = due - .now()
        if wait > .nanoseconds(0) {
            driver.loop.assumeIsolated().scheduleTask(in: wait) { self.begin(script, due: due) }
        } else {
            begin(script, due: due)
        }
    }

    private func begin(_ script: any Script, due: NIODeadline) {
        self.script = script
        unitStarted = due
        hasRetried = false
        postponements = 0
        deadline = driver.loop.scheduleTask(in: .seconds(Int64(driver.options.timeout))) { self.fail("timeout") }
        if driver.options.fresh { drop() }
        perform(script.start())
    }

    private func perform(_ step: Step) {
        switch step {
        case .send(let bytes, let isHead):
            self.isHead = isHead
            if isReady, let channel {
                driver.count {
                    $0.messages += 1; $0.bytesSent += bytes.count
                }
                channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
                pending = step
            } else {
                pending = step
                connect()
            }
        case .pause(let time, let bytes):
            let script = script
            driver.loop.assumeIsolated().scheduleTask(in: time) {
                if self.script === script { self.perform(.send(bytes)) }
            }
        case .done(let failure): over(failure)
        }
    }

    private func over(_ failure: String?) {
        guard script != nil else { return }
        script = nil
        pending = nil
        deadline?.cancel()
        guard isWarm else {
            if failure != nil { warmed(failure) } else { nextWarmUp() }
            return
        }
        driver.finished(failure, after: .now() - unitStarted)
        nextUnit()
    }

    private func fail(_ kind: String) {
        drop()
        over(kind)
    }

    // MARK: the connection

    private func connect() {
        let driver = driver
        driver.count { $0.connectionsOpened += 1 }
        let bootstrap = ClientBootstrap(group: driver.loop)
            .connectTimeout(.seconds(10))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls = driver.tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: driver.destination.host == "localhost" ? "localhost" : nil))
                    }
                    try channel.pipeline.syncOperations.addHandler(self)
                }
            }
        do {
            bootstrap.connect(to: try driver.destination.address).whenFailure { error in self.fail("connect: \(Self.name(error))") }
        } catch {
            fail("connect: \(error)")
        }
    }

    private func drop() {
        let old = channel
        channel = nil
        isReady = false
        parser.reset()
        old?.close(promise: nil)
    }

    private func ready() {
        isReady = true
        if script != nil, let pending { perform(pending) }
    }

    func channelActive(context: ChannelHandlerContext) {
        channel = context.channel
        parser.reset()
        if driver.tls == nil { ready() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if channel === context.channel, case .handshakeCompleted? = event as? TLSUserEvent { ready() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard channel === context.channel else { return }
        var bytes = unwrapInboundIn(data)
        driver.count { $0.bytesReceived += bytes.readableBytes }
        parser.append(&bytes)
        receive(atEnd: false)
    }

    private func receive(atEnd: Bool) {
        guard let script, pending != nil else { return }
        do {
            guard let reply = try parser.next(isHead: isHead, atEnd: atEnd) else { return }
            if reply["connection"]?.lowercased() == "close" { drop() }
            let sent = pending
            pending = nil
            hasRetried = false
            if let sent, let wait = wait(after: reply) {
                driver.loop.assumeIsolated().scheduleTask(in: wait) {
                    if self.script === script { self.perform(sent) }
                }
            } else {
                perform(script.next(reply))
            }
        } catch {
            fail("malformed reply")
        }
    }

    /// How long a server that is busy wants to be left alone; nil for any other answer, and when patience is at its end.
    private func wait(after reply: Reply) -> TimeAmount? {
        guard reply.status == 503, postponements < driver.options.retries, let seconds = reply["retry-after"].flatMap(Int64.init),
            (0...60).contains(seconds)
        else { return nil }
        postponements += 1
        driver.count { $0.postponed += 1 }
        return .seconds(seconds)
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard channel === context.channel else { return }
        receive(atEnd: true)
        guard channel === context.channel else { return }
        channel = nil
        isReady = false
        guard script != nil, let pending else { return }
        if hasRetried || driver.options.fresh {
            fail("the server closed the connection")
        } else {
            hasRetried = true
            perform(pending)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard channel === context.channel else { return }
        if case NIOSSLError.uncleanShutdown = error { return }
        let wasReady = isReady
        if !wasReady { fail("tls: \(Self.name(error))") } else { context.close(promise: nil) }
    }

    private static func name(_ error: any Error) -> String {
        let text = "\(error)"
        return text.contains("ConnectionRefused") || text.contains("refused") ? "refused" : String(text.prefix(60))
    }
}
