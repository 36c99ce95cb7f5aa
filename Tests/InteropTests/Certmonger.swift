import TestSupport

/// certmonger as an ordinary process on a message bus of its own; all its state stays in a temporary folder.
struct Certmonger {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// Enrolls by SCEP and returns the path of the certificate.
    /// - Parameter renews: then renews it under a new key; the first certificate stays beside it, as `first.pem`.
    func enroll(_ url: String, name: String, challenge: String, renews: Bool = false) async throws -> String {
        let renewal = """
            && cp certificate.pem first.pem && getcert rekey -s -i r1 && wait_for changed
            """
        try await run("request \"$2\" \"$3\" && wait_for stands MONITORING \(renews ? renewal : "")", url, name, challenge)
        return folder.path("certificate.pem")
    }

    /// Asks, finds that a person must decide, asks again until that has happened, and returns the path of the certificate.
    func enrollWaiting(_ url: String, name: String, challenge: String) async throws -> String {
        try await run("request \"$2\" \"$3\" && wait_for stands CA_WORKING && wait_for refreshed", url, name, challenge)
        return folder.path("certificate.pem")
    }

    /// Asks and is refused.
    func enrollRefused(_ url: String, name: String, challenge: String) async throws {
        try await run("request \"$2\" \"$3\" && wait_for stands CA_REJECTED", url, name, challenge)
    }

    /// Runs steps of shell once the daemon has fetched the CA's certificates.
    private func run(_ steps: String, _ url: String, _ name: String, _ challenge: String) async throws {
        let script = """
            mkdir requests cas local tmp config
            export HOME=$PWD CERTMONGER_REQUESTS_DIR=$PWD/requests CERTMONGER_CAS_DIR=$PWD/cas CERTMONGER_LOCAL_CA_DIR=$PWD/local
            export CERTMONGER_TMPDIR=$PWD/tmp CERTMONGER_CONFIG_DIR=$PWD/config
            /usr/lib/certmonger/certmonger-session -n -d 3 >certmonger.log 2>&1 & daemon=$!
            wait_for() { for i in $(seq 100); do "$@" && return 0; sleep 0.2; done; return 1; }
            bus() {
                dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
                    string:org.fedorahosted.certmonger | grep -q true
            }
            known() { grep -qs '^ca_encryption_cert' cas/*; }
            request() { getcert request -s -c lab -k $PWD/key.pem -f $PWD/certificate.pem -N "CN=$1" -D "$1" -L "$2" -I r1; }
            stands() { getcert list -s -i r1 | grep -q "status: $1"; }
            changed() { ! cmp -s first.pem certificate.pem && stands MONITORING; }
            refreshed() { getcert refresh -s -i r1 >refresh.log 2>&1; stands MONITORING; }
            wait_for bus && getcert add-scep-ca -s -c lab -u "$1" && wait_for known && \(steps)
            status=$?
            [ $status = 0 ] || { getcert list-cas -s -c lab -v; getcert list -s -i r1; tail -n 12 certmonger.log; }
            kill $daemon; wait $daemon
            exit $status
            """
        try await Command.run(
            "dbus-run-session", ["--", "sh", "-c", script, "sh", url, name, challenge], in: folder.path, timeout: .seconds(120)
        ).checked()
    }
}
