"""What is measured: a case is one kind of request against one server, with a number of connections."""
import dataclasses
import json
import pathlib
import subprocess

from . import processes
from .lab import Lab
from .peers import Peer


@dataclasses.dataclass(frozen=True)
class Case:
    """One row of the result. `floor` names a formula of floors.json; `peers` are the servers that can do the same."""

    name: str
    title: str
    requests: int
    floor: str | None = None
    peers: tuple[str, ...] = ()
    connections: tuple[int, ...] | None = None
    fresh: bool = False
    # How often a client comes back that was told to come later.
    retries: int = 0
    only_in_full: bool = False


CASES = (
    Case("scep-post", "SCEP PKCSReq, POST, static challenge", 1600, "scep", ("scepserver",)),
    Case("scep-get", "SCEP PKCSReq, GET, static challenge", 1600, "scep"),
    Case("scep-one-time", "SCEP PKCSReq, POST, one-time challenge", 1600, "scep"),
    Case("scep-patient", "SCEP PKCSReq, POST; who is told to come later does", 800, "scep", connections=(400, 2000), retries=1000,
         only_in_full=True),
    Case("est", "EST simpleenroll by password, kept connection", 3000, "est"),
    Case("est-mutual", "EST simplereenroll, fresh mutual TLS", 1000, "est-mutual", fresh=True),
    Case("acme", "ACME order, http-01", 600, "acme", ("pebble", "caddy", "acme2certifier")),
    Case("wstep", "WSTEP Issue, UsernameToken", 3000, "wstep"),
    Case("xcep", "XCEP GetPolicies, UsernameToken", 5000),
    Case("ocsp", "OCSP with nonce", 10000, "ocsp"),
    Case("crl", "CRL download", 10000),
    Case("trivial", "a trivial route of our HTTP stack (/health)", 20000),
    Case("handshake", "fresh TLS 1.3 and a small page", 1000, "handshake", ("s_server",), fresh=True),
)


class Failed(Exception):
    """A run that gave no figures, and why."""


def ours(case: Case, lab: Lab, count: int, connections: int = 8) -> list[str]:
    """The words after `muster-load` that drive our server. An ACME account may have 300 orders open, so many connections need more."""
    scep, est = lab.endpoints["scep"], lab.endpoints["est"]
    by_scep = ["scep", "--url", scep["url"], "--recipient", lab.facts["ca"]["raFile"]]
    by_est = ["est", "--url", est["url"], "--user", est["username"], "--password", est["password"]]

    def by_windows(which: str) -> list[str]:
        endpoint = lab.endpoints[which]
        return ["wstep", "--url", endpoint["url"], "--user", endpoint["username"], "--password", endpoint["password"]]

    status = f"http://localhost:{lab.http}"
    match case.name:
        case "scep-post" | "scep-patient":
            return [*by_scep, "--challenge", scep["challenge"]]
        case "scep-get":
            return [*by_scep, "--challenge", scep["challenge"], "--get"]
        case "scep-one-time":
            return [*by_scep, "--challenge-file", str(lab.one_time_challenges(count))]
        case "est":
            return by_est
        case "est-mutual":
            return [*by_est, "--mutual"]
        case "acme":
            return ["acme", "--directory", lab.endpoints["acme"]["url"], "--http-port", str(lab.acme_http),
                    "--accounts", str(max(4, connections // 64))]
        case "wstep":
            return by_windows("wstep")
        case "xcep":
            return [*by_windows("xcep"), "--policies"]
        case "ocsp":
            return ["ocsp", "--url", f"{status}/ocsp", "--issuer", lab.facts["ca"]["chainFile"], "--serials", str(lab.serials())]
        case "crl":
            return ["get", "--url", lab.crl_url]
        case "trivial":
            return ["get", "--url", f"{status}/health"]
        case "handshake":
            return ["get", "--url", lab.endpoints["acme"]["url"]]
    raise ValueError(case.name)


def theirs(case: Case, peer: Peer) -> list[str]:
    """The words after `muster-load` that drive a peer."""
    kind = {"scep-post": ["scep", "--url"], "acme": ["acme", "--directory"], "handshake": ["get", "--url"]}[case.name]
    return [*kind, peer.url, *peer.extra]


def run(
    loader: pathlib.Path, words: list[str], case: Case, pids: list[int], connections: int, count: int, seconds: int = 30, rate: float = 0
) -> dict:
    """One run of the load; its report."""
    processes.forget_peak_memory(pids)
    command = [loader, *words, "-n", str(count), "-c", str(connections), "--seconds", str(seconds), "--rate", str(rate)]
    if connections > 256:
        # Two thousand orders at a time take longer than any client would wait.
        command += ["--timeout", "120"]
    command += [word for pid in pids for word in ("--server-pid", str(pid))]
    if case.fresh:
        command.append("--fresh")
    if case.retries:
        command += ["--retries", str(case.retries)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 240, check=False)
    except subprocess.TimeoutExpired as error:
        raise Failed("the load did not end") from error
    if done.returncode != 0:
        raise Failed((done.stderr.strip().splitlines() or ["it ended without a word"])[-1])
    return json.loads(done.stdout)
