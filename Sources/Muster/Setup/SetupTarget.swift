/// What an endpoint is set up for.
enum SetupTarget: String, Codable, Sendable, CaseIterable {
    case jamf, intune, kandji, mosyle, addigy, meraki, certmonger, strongswan, ndes
    case workspaceOne = "workspace-one"
    case ciscoIOS = "cisco-ios"

    /// Whether the secret stands in a profile that many devices get.
    var sharesSecret: Bool {
        switch self {
        case .jamf, .kandji, .mosyle, .addigy, .meraki: true
        case .intune, .certmonger, .strongswan, .ndes, .workspaceOne, .ciscoIOS: false
        }
    }

    /// Whether it fetches its secrets itself, with a name and a password.
    var fetchesPasswords: Bool { self == .ndes || self == .workspaceOne }

    /// Whether it takes an Apple configuration profile.
    var takesProfile: Bool {
        switch self {
        case .jamf, .kandji, .mosyle, .addigy, .meraki: true
        case .intune, .certmonger, .strongswan, .ndes, .workspaceOne, .ciscoIOS: false
        }
    }

    /// Whether it can sign for its devices with a certificate of its own.
    var canBeProxy: Bool { self == .jamf || self == .workspaceOne }

    /// How the name of a device is written in its profile; nil where the secret is for one device.
    var deviceVariable: String? {
        switch self {
        case .jamf: "$SERIALNUMBER"
        case .kandji: "$SERIAL_NUMBER"
        case .mosyle: "%SerialNumber%"
        case .addigy: "{{SERIAL_NUMBER}}"
        case .meraki: "$DEVICE_SERIAL"
        case .intune, .certmonger, .strongswan, .ndes, .workspaceOne, .ciscoIOS: nil
        }
    }

    /// What to do there, line by line.
    func steps(_ facts: SetupFacts) -> [String] {
        switch self {
        case .jamf:
            [
                "Upload root.pem, then the profile (Computers or Devices > Configuration Profiles > Upload), or fill a SCEP payload with URL and challenge.",
                "Jamf Pro as SCEP proxy: Settings > PKI Certificates > Management Certificate Template > External CA: URL, static challenge, and the PKCS #12 that --signer made.",
                "A challenge for each device: point the webhook SCEPChallenge at \(facts.challengeURL) with a user of this endpoint (`muster user add`).",
            ]
        case .kandji, .mosyle, .addigy, .meraki:
            ["Upload root.pem as a certificate, then the profile as a custom profile; or fill a SCEP payload with URL and challenge."]
        case .intune:
            [
                "Intune mints its own challenges, which only Intune can judge: `muster webhook set NAME --format mdm-validation` asks a service that speaks for it.",
                "Upload root.pem and the issuing CA as trusted certificate profiles, and give the URL in the SCEP profile.",
            ]
        case .workspaceOne:
            [
                "Certificate authorities > NDES, or Generic SCEP with a dynamic challenge: challenge URL, user and password as below, challenge length 32.",
                "With \"Enable proxy\" all requests come from one address: raise limits.addressRate in muster.yaml.",
            ]
        case .ndes:
            [
                "Give the client the SCEP URL, the admin page, and the user and password below; real NDES sends UTF-16: `muster endpoint option NAME ndes.encoding=utf16le`."
            ]
        case .ciscoIOS:
            [
                "Compare the fingerprint that `crypto pki authenticate` shows with the SHA-1 of the root.",
                "The challenge is for one device and one use: run this again for the next.",
            ]
        case .certmonger:
            [
                "The script runs a certmonger of its own in the current directory. With the system's daemon: leave out the first lines, and -s."
            ]
        case .strongswan: ["The command makes a key, fetches the CA's certificates and enrolls. RSA keys only."]
        }
    }

    /// How certificates are renewed there.
    var renewal: String {
        switch self {
        case .jamf, .kandji, .mosyle, .addigy, .meraki:
            "Apple devices do not renew by SCEP: the MDM must send the profile again before the certificate ends, each time with a valid challenge."
        case .intune: "The profile's renewal threshold (20 % by default) makes the device ask again, with a new challenge."
        case .workspaceOne: "Set the certificate template's renewal period: Workspace ONE asks again, with a new challenge."
        case .ndes: "A request signed with a valid certificate of this endpoint needs no password."
        case .ciscoIOS: "auto-enroll 70 regenerate renews at 70 % of the life, signed with the old certificate."
        case .certmonger: "certmonger renews by itself, signed with the old certificate; no challenge is needed again."
        case .strongswan: "pki --scep --cert cert.pem --key key.pem renews with the old certificate; run it from a timer."
        }
    }

    /// What that client or MDM cannot do, or was not seen doing.
    var limits: [String] {
        var lines: [String] = []
        if sharesSecret {
            lines.append(
                "The challenge in the profile is the same for all devices: whoever reads the profile can enroll the names it covers until it expires."
            )
        }
        switch self {
        case .jamf, .kandji, .mosyle, .addigy, .meraki:
            lines.append("No automatic renewal, no revocation when a device leaves: revoke with `muster revoke`.")
            lines.append(
                "The variable for the serial number is \(deviceVariable ?? ""); check it against the MDM's list. No such MDM was at hand to try."
            )
        case .intune:
            lines.append(
                "The connector to Microsoft's service is not part of this version: without a validation service no device can enroll.")
        case .workspaceOne: lines.append("No revocation by SCEP. No such MDM was at hand to try.")
        case .ndes: lines.append("HTTP Basic only, no Negotiate or NTLM.")
        case .ciscoIOS:
            lines.append("Releases before 15.1 offer DES and MD5 only, which are never accepted. No such device was at hand to try.")
        case .certmonger: lines.append("While a request waits for approval certmonger looks again only after hours.")
        case .strongswan: lines.append("No CRL, GetCert or next CA by SCEP.")
        }
        return lines
    }
}
