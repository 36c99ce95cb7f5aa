import EnrollmentCore

/// `muster.yaml`: what one process needs to know before it can read the database. Relative paths are relative to the file.
struct Configuration: Codable, Equatable, Sendable {
    struct Listeners: Codable, Equatable, Sendable {
        /// SCEP, CRL, OCSP, CA certificates, health and metrics.
        var http: HostAndPort
        /// ACME, XCEP and WSTEP.
        var https: HostAndPort
        /// EST: the only one that asks for a client certificate.
        var est: HostAndPort
    }

    /// The same listeners as clients reach them: scheme, host and port without a trailing slash.
    struct URLs: Codable, Equatable, Sendable {
        var http: String
        var https: String
        var est: String
    }

    /// A server certificate of somebody else, read again when the file changes.
    struct ServerCertificate: Codable, Equatable, Sendable {
        /// PEM, the server's certificate first, then its issuers.
        var certificate: String
        /// PEM, unencrypted, readable by the server alone.
        var key: String
    }

    struct TLS: Codable, Equatable, Sendable {
        var https: ServerCertificate?
        var est: ServerCertificate?
    }

    struct ACME: Codable, Equatable, Sendable {
        /// The port where http-01 is validated; 80 outside the lab (RFC 8555 §8.3).
        var httpPort: Int
        /// Whether the organisation's private addresses are validated too; a lab does so anyway.
        var allowPrivateAddresses: Bool?
    }

    struct Limits: Codable, Equatable, Sendable {
        /// Bytes.
        var requestBody: Int = 256 * 1024
        /// Each listener.
        var connections: Int = 4096
        /// Enrollment requests of one client address (IPv6: network of 64 bits), a second and at once; 0: no limit.
        var addressRate: Double?
        var addressBurst: Double?
        /// Enrollment requests at one endpoint, all clients together, a second and at once; 0: no limit.
        var endpointRate: Double?
        var endpointBurst: Double?
        /// Whether this machine's own addresses are limited too.
        var limitLoopback: Bool?
    }

    struct CRL: Codable, Equatable, Sendable {
        /// Hours between two scheduled publications.
        var everyHours: Int = 6
        /// How many lists new certificates are spread over, beside the complete one; may grow.
        var shards: Int?
        /// Minutes between two delta lists; without it there are none.
        var deltaMinutes: Int?
    }

    struct TrailSettings: Codable, Equatable, Sendable {
        /// Whose requests are kept as they came, sealed: those of `none`, `refused` or `all`.
        var rawRequests: RawRequests.Policy = .refused
    }

    /// Days after which things are deleted; what is left out stays for ever, but for raw requests: those go after 7 days.
    struct Retention: Codable, Equatable, Sendable {
        var rawRequestDays: Int?
        var transactionDays: Int?
        /// Counted from the certificate's end.
        var expiredCertificateDays: Int?
        var auditDays: Int?
    }

    struct Alerts: Codable, Equatable, Sendable {
        /// Days before the end of a client's certificate.
        var days: [Int]?
        /// Where to send alerts, besides the log.
        var webhook: String?
        /// A file that holds the secret of the webhook's signatures.
        var secretFile: String?
        /// Whether the webhook may be in the organisation's private network; a lab's may.
        var allowPrivateAddresses: Bool?
    }

    struct Metrics: Codable, Equatable, Sendable {
        /// Networks from which `/metrics` may be read; without the key: this machine. The Unix socket always may.
        var from: [String]?
    }

    /// What the CA is called in its own certificates.
    var name: String
    var hostname: String
    var listeners: Listeners
    var urls: URLs
    var database: String = "muster.db"
    var keys: String = "keys"
    /// A file that holds the passphrase of the keys; without it: prompt or environment.
    var passphraseFile: String?
    /// Loopback and private addresses are validated, `*.localhost` and `*.test` resolve to loopback, clients may poll fast.
    var lab: Bool = false
    var acme: ACME
    var tls: TLS = TLS()
    var limits: Limits = Limits()
    var crl: CRL = CRL()
    /// Lists of weak keys besides the one in the program (docs/OPERATIONS.md).
    var weakKeyLists: [String]?
    var trail: TrailSettings = TrailSettings()
    var retention: Retention = Retention(rawRequestDays: 7, transactionDays: 400)
    var alerts: Alerts?
    var metrics: Metrics?
}

extension Configuration {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, hostname, listeners, urls, database, keys, passphraseFile, lab, acme, tls, limits, crl, weakKeyLists, trail
        case retention, alerts, metrics
    }

    /// Keys that may be left out keep their defaults.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        hostname = try container.decode(String.self, forKey: .hostname)
        listeners = try container.decode(Listeners.self, forKey: .listeners)
        urls = try container.decode(URLs.self, forKey: .urls)
        database = try container.decodeIfPresent(String.self, forKey: .database) ?? "muster.db"
        keys = try container.decodeIfPresent(String.self, forKey: .keys) ?? "keys"
        passphraseFile = try container.decodeIfPresent(String.self, forKey: .passphraseFile)
        lab = try container.decodeIfPresent(Bool.self, forKey: .lab) ?? false
        acme = try container.decodeIfPresent(ACME.self, forKey: .acme) ?? ACME(httpPort: 80)
        tls = try container.decodeIfPresent(TLS.self, forKey: .tls) ?? TLS()
        limits = try container.decodeIfPresent(Limits.self, forKey: .limits) ?? Limits()
        crl = try container.decodeIfPresent(CRL.self, forKey: .crl) ?? CRL()
        weakKeyLists = try container.decodeIfPresent([String].self, forKey: .weakKeyLists)
        trail = try container.decodeIfPresent(TrailSettings.self, forKey: .trail) ?? TrailSettings()
        retention = try container.decodeIfPresent(Retention.self, forKey: .retention) ?? Retention(rawRequestDays: 7, transactionDays: 400)
        alerts = try container.decodeIfPresent(Alerts.self, forKey: .alerts)
        metrics = try container.decodeIfPresent(Metrics.self, forKey: .metrics)
    }
}
