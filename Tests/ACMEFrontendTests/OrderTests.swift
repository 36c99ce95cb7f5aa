import ACMEWire
import EnrollmentCore
import Foundation
import PKIFormats
import Persistence
import TestSupport
import Testing

@testable import ACMEFrontend

@Suite("ACME orders")
struct OrderTests {
    private let surroundings = Surroundings(clock: TestClock(), randomness: SystemRandomness())
    private let problem = Problem(.connection, "refused")

    private func order(_ names: String...) throws -> Order {
        let key = try JWK(
            canonical:
                #"{"crv":"P-256","kty":"EC","x":"GO7L_PQHH2V1oiMttyn-F_nyLCL6dS1ayoIGkYMCBzo","y":"nP2Gu_usQ7EJuSh2x05XRokCD3InDOyspxpGXuly2NA"}"#
        )
        let account = Account(id: "a", endpoint: "acme-default", key: key, contact: [], termsAgreed: true)
        return Order(of: names.map { .dns($0) }, account: account, lifetime: 600, surroundings: surroundings)
    }

    @Test("An order is ready when its last authorization is valid, and every step counts as a revision")
    func ready() throws {
        let now = surroundings.now
        var order = try order("a.test", "b.test")
        let begun = [0, 0, 2, -1].map { order.begin($0) }
        #expect(begun == [true, false, false, false])
        let first = order.succeed(0, at: now, until: now.addingTimeInterval(60))
        #expect(first && order.status(at: now) == .pending)
        let second = order.succeed(1, at: now, until: now.addingTimeInterval(60))
        #expect(second && order.status(at: now) == .ready && order.revision == 3)
        let again = (order.succeed(1, at: now, until: now), order.fail(1, with: problem, order: problem))
        #expect(again == (false, false) && order.revision == 3)
        #expect(order.authorization(0)?.status(at: now.addingTimeInterval(61)) == .expired)
    }

    @Test("A failed challenge and a deactivated authorization take the order along, a verdict after that does not bring it back")
    func invalid() throws {
        let now = surroundings.now
        var failed = try order("a.test", "b.test")
        let hasFailed = failed.fail(0, with: problem, order: problem)
        #expect(hasFailed && failed.status(at: now) == .invalid && failed.error == problem)
        #expect(failed.authorization(0)?.status(at: now) == .invalid && failed.authorization(1)?.status(at: now) == .pending)
        let isLate = failed.succeed(1, at: now, until: now.addingTimeInterval(60))
        #expect(isLate && failed.status(at: now) == .invalid)

        var given = try order("a.test")
        let isGiven = (given.deactivate(0, order: problem), given.deactivate(0, order: problem))
        #expect(isGiven == (true, false) && given.status(at: now) == .invalid)
        let isProved = given.succeed(0, at: now, until: now.addingTimeInterval(60))
        #expect(!isProved)
    }

    @Test("What stands in the row is read back as it was")
    func stored() throws {
        let now = surroundings.now
        var order = try order("a.test", "b.test", "c.test")
        _ = order.begin(0)
        _ = order.succeed(1, at: now, until: now.addingTimeInterval(60))
        _ = order.fail(2, with: Problem(.incorrectResponse, "\"odd\" \u{7} answer"), order: problem)
        let text = StoredJSON.text(order.authorizations)
        let read = try StoredJSON.authorizations(text, column: "authorizations")
        #expect(StoredJSON.text(read) == text)
        #expect(read.map(\.identifier) == order.identifiers && read.map(\.expires) == order.authorizations.map(\.expires))
        #expect(read.map(\.challenge.token) == order.authorizations.map(\.challenge.token))
        #expect(read.map(\.challenge.error) == order.authorizations.map(\.challenge.error))
        #expect(read.map(\.challenge.validatedAt) == [nil, now, nil])
        for broken in ["", "{}", "[1]", #"[{"status":"valid"}]"#, text.replacingOccurrences(of: "pending", with: "late")] {
            #expect(throws: PersistenceError.self) { try StoredJSON.authorizations(broken, column: "authorizations") }
        }
    }

    @Test("An order is remembered for seconds, and never gives way to an older one")
    func remembered() throws {
        let clock = TestClock()
        let recent = RecentOrders(clock: clock)
        var order = try order("a.test")
        recent.keep(order)
        let older = order
        _ = order.begin(0)
        recent.keep(order)
        recent.keep(older)
        #expect(recent.find(order.id)?.revision == 1)
        clock.advance(by: 2)
        #expect(recent.find(order.id)?.revision == 1)
        clock.advance(by: 1)
        #expect(recent.find(order.id) == nil)
        recent.keep(order)
        recent.forget(order.id)
        #expect(recent.find(order.id) == nil)
    }

    @Test("Far from the limit new orders are not counted, and near it each is")
    func counted() {
        let clock = TestClock()
        let open = OpenOrders(clock: clock, limit: 6)
        #expect(!open.addsOne(to: "a"))
        #expect(open.addsOne(to: "a", counted: 1))
        #expect(open.addsOne(to: "a") && !open.addsOne(to: "a") && !open.addsOne(to: "b"))
        #expect(open.addsOne(to: "a", counted: 5) && !open.addsOne(to: "a", counted: 6))
        #expect(open.addsOne(to: "a", counted: 0))
        clock.advance(by: 10)
        #expect(!open.addsOne(to: "a"))
    }

    @Test("Orders of the layout before keep their state, and those whose authorizations were swept their names")
    func migrated() async throws {
        let scratch = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: scratch.path("muster.db"))
        try await database.migrate(Array(ACMEMigrations.all.prefix(2)))
        let id = String(repeating: "0", count: 31)
        func insert(_ table: String, _ values: SQLValue...) async throws {
            try await database.write(
                Statement("INSERT INTO \(table) VALUES (\(values.map { _ in "?" }.joined(separator: ", ")))", values))
        }
        let names = #"[{"type":"dns","value":"a.test"},{"type":"dns","value":"b.test"}]"#
        for (order, status) in [("1", "pending"), ("2", "valid")] {
            try await insert(
                "acme_orders", .text(id + order), "acme-default", "acct", .text(status), .text(names), 1, 2000, nil, "PEM", nil)
            for (position, letter) in ["a", "b"].enumerated() {
                try await insert("acme_order_authorizations", .text(id + order), .integer(Int64(position)), .text(order + letter))
            }
        }
        try await insert("acme_authorizations", "1a", "acct", "dns", "a.test", "valid", 5000)
        try await insert("acme_challenges", "1ac", "1a", "http-01", "token-a", "valid", 77, nil)
        try await insert("acme_authorizations", "1b", "acct", "dns", "b.test", "invalid", 2000)
        try await insert("acme_challenges", "1bc", "1b", "http-01", "token-b", "invalid", nil, .text(StoredJSON.text(problem)))
        try await database.migrate(ACMEMigrations.all)

        let orders = try await database.read("SELECT \(Order.columns) FROM acme_orders ORDER BY id").map { try Order(row: $0) }
        #expect(orders.map(\.storedStatus) == [.pending, .valid] && orders.map(\.certificate) == [.text("PEM"), .text("PEM")])
        #expect(orders.map(\.identifiers) == [[.dns("a.test"), .dns("b.test")], [.dns("a.test"), .dns("b.test")]])
        let before = Date(timeIntervalSince1970: 100)
        #expect(orders[0].authorizations.map { $0.status(at: before) } == [.valid, .invalid])
        #expect(orders[0].authorizations.map(\.challenge.token) == ["token-a", "token-b"])
        #expect(orders[0].authorizations.map(\.challenge.validatedAt) == [Date(timeIntervalSince1970: 77), nil])
        #expect(orders[0].authorizations.map(\.challenge.error) == [nil, problem])
        #expect(orders[1].authorizations.map { $0.status(at: before) } == [.expired, .expired])
        let held = AuthorizedNames(database: ACMEDatabase(database: database))
        #expect(try await held.contain(.dns("a.test"), account: "acct", at: before))
        #expect(try await !held.contain(.dns("b.test"), account: "acct", at: before))
        database.close()
    }
}
