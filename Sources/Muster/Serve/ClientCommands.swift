/// For each protocol of a lab, one line for a shell that makes a key and enrolls it, without root and in a directory of its own.
struct ClientCommands {
    private static let facts = "openssl x509 -noout -subject -issuer -dates"

    let overview: Overview
    let credentials: LabCredentials
    let acmePort: Int

    func command(for endpoint: Overview.Endpoint) -> String? {
        switch endpoint.protocol {
        case "scep": scep(endpoint.url)
        case "est": est(endpoint.url)
        case "acme": acme(endpoint.url)
        case "xcep": xcep(endpoint.url)
        case "wstep": wstep(endpoint.url)
        default: nil
        }
    }

    /// strongSwan (package strongswan-pki).
    private func scep(_ url: String) -> String {
        inDirectory([
            "pki --gen --type rsa --size 2048 --outform pem >key.pem",
            "&& pki --scepca --url \(url) --caout ca --raout ra --outform pem --force",
            "&& pki --scep --url \(url) --in key.pem --dn CN=device-1.test --san device-1.test --password \(credentials.challenge)",
            "--cacert-enc ra.pem --cacert-sig ra.pem --cacert ca.pem --cacert ca-1.pem --outform pem >cert.pem",
            "&& \(Self.facts) -in cert.pem",
        ])
    }

    private func est(_ url: String) -> String {
        inDirectory([
            "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -subj /CN=device-2.test -outform der",
            "| openssl base64",
            "| curl -sSf --cacert \(root) -u \(credentials.est.username):\(credentials.est.password)",
            "-H Content-Type:application/pkcs10 --data-binary @- \(url)/simpleenroll",
            "| openssl base64 -d | openssl pkcs7 -inform der -print_certs | openssl x509 | tee cert.pem | \(Self.facts)",
        ])
    }

    /// lego (package lego); it answers the validation itself.
    private func acme(_ url: String) -> String {
        inDirectory([
            "LEGO_CA_CERTIFICATES=\(root) lego --path . --accept-tos --email you@example.org --server \(url)",
            "--http --http.port 127.0.0.1:\(acmePort) --domains web.localhost run",
            "&& \(Self.facts) -in certificates/web.localhost.crt",
        ])
    }

    /// A request as Windows writes it, with a UsernameToken.
    private func wstep(_ url: String) -> String {
        let message = EnrollmentMessage.request(url: url, login: credentials.wstep)
        return inDirectory([
            "{ printf %s '\(message.head)';",
            "openssl req -new -newkey rsa:2048 -nodes -keyout key.pem -subj /CN=pc-3.test -outform der | openssl base64 -A;",
            "printf %s '\(message.tail)'; }",
            "| curl -sSf --cacert \(root) -H 'Content-Type: application/soap+xml; charset=utf-8' --data-binary @- \(url)",
            "| grep -o '#X509v3\"[^>]*>[^<]*' | sed 's/.*>//' | openssl base64 -d -A",
            "| openssl x509 -inform der | tee cert.pem | \(Self.facts)",
        ])
    }

    /// The names of the templates that the policy offers.
    private func xcep(_ url: String) -> String {
        let message = EnrollmentMessage.policies(url: url, login: credentials.wstep)
        return "printf %s '\(message.head)\(message.tail)' | curl -sSf --cacert \(root) "
            + "-H 'Content-Type: application/soap+xml; charset=utf-8' --data-binary @- \(url) | grep -o '<commonName>[^<]*'"
    }

    private var root: String { "'" + overview.ca.rootFile.replacing("'", with: "'\\''") + "'" }

    /// In a sub-shell and a new directory: the person's own stays as it is.
    private func inDirectory(_ parts: [String]) -> String {
        "(cd \"$(mktemp -d)\" && \(parts.joined(separator: " ")) && echo \"saved in $PWD\")"
    }
}
