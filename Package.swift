// swift-tools-version: 6.2
import PackageDescription

// Every target: Swift 6 mode, explicit existentials, and no warning survives.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, path: String? = nil, exclude: [String] = [], _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: settings)
}

func tests(_ name: String, exclude: [String] = [], _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)", exclude: exclude, swiftSettings: settings)
}

let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")

/// What every front end may import; the routes file alone touches Hummingbird, HTTPTypes and NIOCore.
let frontend: [Target.Dependency] = [
    "EnrollmentCore", "PKIFormats", "HTTPTransport", "Persistence", crypto, logging, hummingbird, httpTypes, nioCore,
]

let package = Package(
    name: "muster",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "muster", targets: ["Muster"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", path: "Sources/CLibs/COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCryptoki", path: "Sources/CLibs/CCryptoki", providers: [.apt(["libp11-kit-dev"])]),
        .systemLibrary(name: "CSQLiteConfig", path: "Sources/CLibs/CSQLiteConfig"),
        .systemLibrary(name: "CLibXML2", path: "Sources/CLibs/CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),

        .target(name: "CWeakKeys", path: "Sources/CLibs/CWeakKeys", exclude: ["debian.bin"]),

        module("PKIFormats", ["COpenSSL", crypto]),
        module("SigningKeys", ["PKIFormats", "COpenSSL", "CCryptoki", crypto]),
        module(
            "Persistence",
            [
                "CSQLiteConfig", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
                logging,
            ]),
        module("EnrollmentCore", ["PKIFormats", "SigningKeys", "Persistence", "CWeakKeys", crypto, logging]),
        module(
            "HTTPTransport",
            [
                "PKIFormats", crypto, logging, hummingbird, httpTypes, nioCore,
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),

        module("SCEPWire", path: "Sources/SCEPFrontend/Wire", ["PKIFormats", crypto]),
        module("ESTWire", path: "Sources/ESTFrontend/Wire", ["PKIFormats", crypto]),
        module("ACMEWire", path: "Sources/ACMEFrontend/Wire", ["PKIFormats", crypto]),
        module("WSTEPWire", path: "Sources/WSTEPFrontend/Wire", ["PKIFormats", "CLibXML2", crypto]),
        module("SCEPFrontend", exclude: ["Wire"], ["SCEPWire"] + frontend),
        module("ESTFrontend", exclude: ["Wire"], ["ESTWire"] + frontend),
        module("ACMEFrontend", exclude: ["Wire"], ["ACMEWire"] + frontend),
        module("WSTEPFrontend", exclude: ["Wire"], ["WSTEPWire"] + frontend),
        module("StatusFrontend", frontend),
        module("RevocationFrontend", frontend),
        module("Connectors", ["EnrollmentCore", "PKIFormats", "SigningKeys", "Persistence", "HTTPTransport", crypto, logging]),

        .executableTarget(
            name: "Muster",
            dependencies: [
                "SCEPFrontend", "ESTFrontend", "ACMEFrontend", "WSTEPFrontend", "StatusFrontend", "RevocationFrontend", "Connectors",
                "EnrollmentCore",
                "HTTPTransport",
                "Persistence", "SigningKeys", "PKIFormats", crypto, logging, hummingbird, httpTypes, nioCore, "Yams",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),

        .target(
            name: "TestSupport",
            dependencies: [
                "EnrollmentCore", "HTTPTransport", "Persistence", "SigningKeys", "PKIFormats", crypto, logging, hummingbird, httpTypes,
                nioCore,
            ],
            path: "Tests/TestSupport", swiftSettings: settings),
        tests("PKIFormatsTests", ["PKIFormats", "SigningKeys", "COpenSSL", asn1]),
        tests("SigningKeysTests", ["SigningKeys", "PKIFormats"]),
        tests("PersistenceTests", ["Persistence", .product(name: "GRDBSQLite", package: "GRDB.swift")]),
        tests("EnrollmentCoreTests", ["EnrollmentCore", "PKIFormats", "SigningKeys", "Persistence", crypto, logging]),
        tests(
            "HTTPTransportTests",
            [
                "HTTPTransport", hummingbird, logging, nioCore, .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        tests("SCEPFrontendTests", ["SCEPFrontend", "SCEPWire", "SigningKeys"] + frontend),
        tests("ESTFrontendTests", ["ESTFrontend", "ESTWire", "SigningKeys"] + frontend),
        tests("ACMEFrontendTests", ["ACMEFrontend", "ACMEWire", "SigningKeys"] + frontend),
        tests("WSTEPFrontendTests", ["WSTEPFrontend", "WSTEPWire", "SigningKeys"] + frontend),
        tests(
            "StatusFrontendTests",
            ["StatusFrontend", "SigningKeys", .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")] + frontend),
        tests("RevocationFrontendTests", ["RevocationFrontend"] + frontend),
        // The doors are those that each front end's own tests knock at.
        tests(
            "FrontendConformanceTests",
            ["SCEPFrontendTests", "ESTFrontendTests", "ACMEFrontendTests", "WSTEPFrontendTests", "ACMEWire", "WSTEPWire", "SigningKeys"]
                + frontend),
        tests(
            "ConnectorsTests", exclude: ["webhook-server.py"],
            ["Connectors", "EnrollmentCore", "PKIFormats", "SigningKeys", "Persistence", "HTTPTransport", crypto]),
        tests(
            "InteropTests",
            exclude: [
                "radius", "relying", "at-terminal.py", "counting-proxy.py", "lattice-client.py", "pyscep-client.py", "webhook-receiver.py",
                "wstep",
            ],
            []),
        tests("ConformanceTests", exclude: ["lint.py"], ["EnrollmentCore", "PKIFormats", "SigningKeys"]),
    ],
    // CWeakKeys: `#embed`.
    cLanguageStandard: .c2x
)

// `make bench` (docs/PERFORMANCE.md): the load program and the floor; no other build sees them.
if Context.environment["MUSTER_BENCHMARKS"] != nil {
    let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
    package.dependencies.append(.package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"))
    package.targets += [
        module("BenchmarkClocks", path: "Benchmarks/Clocks", []),
        .executableTarget(
            name: "muster-load",
            dependencies: [
                "PKIFormats", "SigningKeys", "SCEPWire", "ACMEWire", "COpenSSL", crypto, nioCore, argumentParser,
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            path: "Benchmarks/Load", swiftSettings: settings),
        .executableTarget(
            name: "muster-floor",
            dependencies: [
                "BenchmarkClocks", "COpenSSL", crypto, nioCore,
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Benchmarks/Floor", swiftSettings: settings),
        .executableTarget(
            name: "muster-issuance",
            dependencies: [
                "BenchmarkClocks", "EnrollmentCore", "HTTPTransport", "Persistence", "SigningKeys", "PKIFormats", crypto, logging,
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Benchmarks/Issuance", swiftSettings: settings),
        .executableTarget(
            name: "muster-search", dependencies: ["EnrollmentCore", "Persistence", "SigningKeys", "PKIFormats", logging],
            path: "Benchmarks/Search", swiftSettings: settings),
    ]
}
