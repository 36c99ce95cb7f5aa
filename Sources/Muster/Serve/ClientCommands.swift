/// For each protocol of a lab, one line for a shell that makes a key and enrolls it, without root and in a directory of its own.
struct ClientCommands {
    let overview: Overview
    let credentials: LabCredentials
    let acmePort: Int

    func command(for endpoint: Overview.Endpoint) -> String? {
        switch endpoint.protocol {
        case "scep": scep(endpoint.url)
        case "est": est(endpoint.url)
        case "acme": acme(endpoint.url)
        case "wstep": wstep(endpoint.url)
        default: nil
        }
    }

    /// strongSwan (package strongswan-pki).
    private func scep(_ url: String) -> String {
        inDirectory(
            "muster-scep",
            "pki --gen --type rsa --size 2048 --outform pem >key.pem && pki --scepca --url \(url) --caout ca --raout ra --outform pem --force && "
                + "pki --scep --url \(url) --in key.pem --dn CN=device-1.test --san device-1.test --password \(credentials.challenge) "
                + "--cacert-enc ra.pem --cacert-sig ra.pem --cacert ca.pem --cacert ca-1.pem --outform pem >cert.pem && openssl x509 -in cert.pem -noout -subject -issuer -dates"
        )
    }

    private func est(_ url: String) -> String {
        inDirectory(
            "muster-est",
            "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -subj /CN=device-2.test -outform der | openssl base64 | "
                + "curl -sSf --cacert \(quoted(overview.ca.rootFile)) -u \(credentials.est.username):\(credentials.est.password) "
                + "-H Content-Type:application/pkcs10 --data-binary @- \(url)/simpleenroll | openssl base64 -d | "
                + "openssl pkcs7 -inform der -print_certs | openssl x509 | tee cert.pem | openssl x509 -noout -subject -issuer -dates")
    }

    /// lego (package lego); it answers the validation itself.
    private func acme(_ url: String) -> String {
        inDirectory(
            "muster-acme",
            "LEGO_CA_CERTIFICATES=\(quoted(overview.ca.rootFile)) lego --path . --accept-tos --email you@example.org --server \(url) "
                + "--http --http.port 127.0.0.1:\(acmePort) --domains web.localhost run && openssl x509 -in certificates/web.localhost.crt -noout -subject -issuer -dates"
        )
    }

    private func wstep(_ url: String) -> String {
        let token =
            "<o:Security xmlns:o=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" s:mustUnderstand=\"1\"><o:UsernameToken>"
            + "<o:Username>\(credentials.wstep.username)</o:Username><o:Password>\(credentials.wstep.password)</o:Password></o:UsernameToken></o:Security>"
        let head =
            "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"http://www.w3.org/2005/08/addressing\"><s:Header>"
            + "<a:Action s:mustUnderstand=\"1\">http://schemas.microsoft.com/windows/pki/2009/01/enrollment/RST/wstep</a:Action>"
            + "<a:MessageID>urn:uuid:00000000-0000-0000-0000-000000000001</a:MessageID><a:To s:mustUnderstand=\"1\">\(url)</a:To>\(token)</s:Header><s:Body>"
            + "<RequestSecurityToken xmlns=\"http://docs.oasis-open.org/ws-sx/ws-trust/200512\">"
            + "<TokenType>http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3</TokenType>"
            + "<RequestType>http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue</RequestType>"
            + "<o:BinarySecurityToken xmlns:o=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" "
            + "ValueType=\"http://schemas.microsoft.com/windows/pki/2009/01/enrollment#PKCS10\" "
            + "EncodingType=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd#base64binary\">"
        let tail = "</o:BinarySecurityToken></RequestSecurityToken></s:Body></s:Envelope>"
        return inDirectory(
            "muster-wstep",
            "{ printf %s '\(head)'; openssl req -new -newkey rsa:2048 -nodes -keyout key.pem -subj /CN=pc-3.test -outform der | openssl base64 -A; printf %s '\(tail)'; } | "
                + "curl -sSf --cacert \(quoted(overview.ca.rootFile)) -H 'Content-Type: application/soap+xml; charset=utf-8' --data-binary @- \(url) | "
                + "grep -o '#X509v3\"[^>]*>[^<]*' | sed 's/.*>//' | openssl base64 -d -A | openssl x509 -inform der | tee cert.pem | openssl x509 -noout -subject -issuer -dates"
        )
    }

    /// A sub-shell, so that the person's own directory stays.
    private func inDirectory(_ name: String, _ command: String) -> String { "(mkdir -p \(name) && cd \(name) && \(command))" }

    private func quoted(_ path: String) -> String { "'" + path.replacing("'", with: "'\\''") + "'" }
}
