import ArgumentParser

/// Keys of a CA's own certificates that are in a hardware security module.
struct OwnKeyOptions: ParsableArguments {
    @Option(name: .customLong("ra-key-uri"), help: ArgumentHelp("The SCEP RA's RSA key in a token.", valueName: "uri"))
    var registrationAuthority: String?

    @Option(name: .customLong("ocsp-key-uri"), help: ArgumentHelp("The OCSP responder's key in a token.", valueName: "uri"))
    var ocspResponder: String?

    var places: OwnKeyPlaces { OwnKeyPlaces(registrationAuthority: registrationAuthority, ocspResponder: ocspResponder) }
}
