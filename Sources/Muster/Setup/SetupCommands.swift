import SCEPFrontend

/// What to type, for clients that have a shell or a prompt of their own.
enum SetupCommands {
    /// - Parameters:
    ///   - name: the name of the device, which the challenge covers.
    ///   - mode: who opens requests and signs replies at the endpoint.
    static func text(_ facts: SetupFacts, name: String, mode: SCEPOptions.Mode) -> String? {
        let challenge = facts.challenge ?? ""
        switch facts.target {
        case .strongswan: return strongswan(facts.url, name, challenge, mode)
        case .certmonger: return certmonger(facts.url, name, challenge)
        case .ciscoIOS: return cisco(facts.url, name, challenge)
        case .jamf, .intune, .kandji, .mosyle, .addigy, .meraki, .ndes, .workspaceOne: return nil
        }
    }

    private static func strongswan(_ url: String, _ name: String, _ challenge: String, _ mode: SCEPOptions.Mode) -> String {
        // The files as `pki --scepca` names them.
        let (encryption, signing) =
            switch mode {
            case .ra: ("ra.pem", "ra.pem")
            case .splitRA: ("ra.pem", "ra-2.pem")
            case .ca: ("ca-1.pem", "ca-1.pem")
            }
        return """
            pki --gen --type rsa --size 2048 --outform pem >key.pem
            pki --scepca --url \(url) --caout ca --raout ra --outform pem --force
            pki --scep --url \(url) --in key.pem --dn CN=\(name) --san \(name) --password \(challenge) \\
                --cacert-enc \(encryption) --cacert-sig \(signing) $(for file in ca*.pem; do echo "--cacert $file"; done) --outform pem >cert.pem
            """
    }

    private static func certmonger(_ url: String, _ name: String, _ challenge: String) -> String {
        """
        cat >enroll.sh <<'SCRIPT'
        mkdir -p requests cas local tmp config
        export HOME=$PWD CERTMONGER_REQUESTS_DIR=$PWD/requests CERTMONGER_CAS_DIR=$PWD/cas CERTMONGER_LOCAL_CA_DIR=$PWD/local
        export CERTMONGER_TMPDIR=$PWD/tmp CERTMONGER_CONFIG_DIR=$PWD/config
        /usr/lib/certmonger/certmonger-session -n >certmonger.log 2>&1 & daemon=$!
        wait_for() { for i in $(seq 150); do "$@" && return 0; sleep 0.2; done; return 1; }
        bus() { dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \\
            string:org.fedorahosted.certmonger | grep -q true; }
        known() { grep -qs '^ca_encryption_cert' cas/*; }
        monitored() { getcert list -s -i r1 | grep -q 'status: MONITORING'; }
        wait_for bus && getcert add-scep-ca -s -c muster -u \(url) && wait_for known &&
            getcert request -s -c muster -k $PWD/key.pem -f $PWD/cert.pem -N CN=\(name) -D \(name) -L \(challenge) -I r1 && wait_for monitored
        status=$?
        getcert list -s -i r1; kill $daemon; exit $status
        SCRIPT
        dbus-run-session -- sh enroll.sh
        """
    }

    private static func cisco(_ url: String, _ name: String, _ challenge: String) -> String {
        """
        crypto key generate rsa label muster modulus 2048
        crypto pki trustpoint muster
         enrollment url \(url)
         subject-name CN=\(name)
         rsakeypair muster
         hash sha256
         password 0 \(challenge)
         auto-enroll 70 regenerate
        crypto pki authenticate muster
        crypto pki enroll muster
        """
    }
}
