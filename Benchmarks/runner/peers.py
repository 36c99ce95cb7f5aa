"""The servers that people would pick instead, each started as its documentation says; `Absent` where one is not to be had."""
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import threading

from . import processes
from .processes import Absent


def tool(name: str, *folders: pathlib.Path) -> str:
    found = shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")]))
    if not found:
        raise Absent(f"{name} is not installed")
    return found


def quietly(*command: object, cwd: pathlib.Path | None = None) -> None:
    run = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise Absent(f"{command[0]} failed: {run.stderr.strip()[-200:]}")


class Peer:
    """A server, its URL for the load, and how many connections it bears."""

    name = ""
    most_connections = 256
    extra: tuple[str, ...] = ()

    def __init__(self, directory: pathlib.Path, tools: pathlib.Path):
        self.directory = directory / self.name
        self.directory.mkdir()
        self.tools = tools
        self.process: subprocess.Popen | None = None
        self.url = ""
        self.prepare()

    def prepare(self) -> None:
        """Makes what the server needs before its first start."""

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        processes.stop(self.process)
        self.process = None

    @property
    def pids(self) -> list[int]:
        return processes.family(self.process) if self.process else []

    def tls_certificate(self) -> None:
        quietly(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "srv.key", "-out",
            "srv.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            cwd=self.directory)


class ScepServer(Peer):
    """Debian's package scep: micromdm's server."""

    name = "scepserver"

    def prepare(self) -> None:
        self.program = tool("scepserver")
        quietly(self.program, "ca", "-init", "-keySize", "2048", "-depot", "depot", cwd=self.directory)

    def start(self) -> None:
        port = processes.free_port()
        self.process = processes.start(
            [self.program, "-depot", "depot", "-port", port, "-challenge", "secret", "-allowrenew", "0"], self.directory, "log")
        processes.wait_for_port(port, self.process)
        self.url = f"http://127.0.0.1:{port}/scep"
        self.extra = ("--recipient", str(self.directory / "depot/ca.pem"), "--challenge", "secret")


class Pebble(Peer):
    """Let's Encrypt's test server, in memory. It deadlocks under many parallel orders, so it gets few."""

    name = "pebble"
    most_connections = 8

    def prepare(self) -> None:
        self.program = tool("pebble")
        self.tls_certificate()

    def start(self) -> None:
        port, management, http, tls = (processes.free_port() for _ in range(4))
        self.resolver = LoopbackResolver()
        (self.directory / "pebble.json").write_text(json.dumps({"pebble": {
            "listenAddress": f"127.0.0.1:{port}", "managementListenAddress": f"127.0.0.1:{management}", "certificate": "srv.pem",
            "privateKey": "srv.key", "httpPort": http, "tlsPort": tls, "ocspResponderURL": "",
            "externalAccountBindingRequired": False}}))
        self.process = processes.start(
            [self.program, "-config", "pebble.json", "-dnsserver", f"127.0.0.1:{self.resolver.port}"], self.directory, "log",
            PEBBLE_VA_NOSLEEP="1", PEBBLE_WFE_NONCEREJECT="0", PEBBLE_AUTHZREUSE="0")
        processes.wait_for_port(port, self.process)
        self.url = f"https://localhost:{port}/dir"
        self.extra = ("--http-port", str(http))

    def stop(self) -> None:
        super().stop()
        self.resolver.stop()


class Caddy(Peer):
    """Caddy's acme_server: the engine of step-ca with its embedded database. Validates on port 80 with the system's resolver only."""

    name = "caddy"

    def prepare(self) -> None:
        self.program = tool("caddy", self.tools)
        with socket.socket() as probe:
            try:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", 80))
            except OSError as error:
                raise Absent("it validates on port 80 only, which is not free for us") from error
        self.tls_certificate()

    def start(self) -> None:
        port, http = processes.free_port(), processes.free_port()
        server = {
            "listen": [f"127.0.0.1:{port}"], "automatic_https": {"disable": True}, "tls_connection_policies": [{}],
            "routes": [{"handle": [{
                "handler": "acme_server", "ca": "local", "host": f"localhost:{port}", "lifetime": "24h"}]}]}
        (self.directory / "caddy.json").write_text(json.dumps({
            "admin": {"disabled": True},
            "logging": {"logs": {"default": {"level": "ERROR"}}},
            "apps": {
                "pki": {"certificate_authorities": {"local": {"install_trust": False}}},
                "http": {"http_port": http, "servers": {"a": server}},
                "tls": {"certificates": {"load_files": [{"certificate": "srv.pem", "key": "srv.key"}]}}}}))
        home = str(self.directory / "home")
        self.process = processes.start(
            [self.program, "run", "--config", "caddy.json"], self.directory, "log", XDG_DATA_HOME=home, XDG_CONFIG_HOME=home, HOME=home)
        processes.wait_for_port(port, self.process)
        self.url = f"https://localhost:{port}/acme/local/directory"
        self.extra = ("--http-port", "80", "--name", "localhost")


class Acme2Certifier(Peer):
    """acme2certifier with SQLite under gunicorn, two workers of sixteen threads. It asks DNS servers on port 53 only, also for localhost."""

    name = "acme2certifier"
    most_connections = 8

    def prepare(self) -> None:
        self.program = tool("gunicorn", self.tools)
        python = self.tools / "python"
        find = "import acme2certifier, pathlib; print(pathlib.Path(acme2certifier.__file__).parent)"
        run = subprocess.run([python, "-c", find], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise Absent("acme2certifier is not installed")
        self.package = pathlib.Path(run.stdout.strip())
        self.tls_certificate()
        quietly(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
            "ca.pem", "-days", "30", "-subj", "/CN=peer CA", cwd=self.directory)
        (self.directory / "certs").mkdir()
        self.resolver: LoopbackResolver | None = None

    def start(self) -> None:
        port, http = processes.free_port(), 80
        try:
            # Once for all starts: the port stays taken for a while after its last use.
            self.resolver = self.resolver or LoopbackResolver("127.0.0.153", 53)
        except OSError as error:
            raise Absent("it asks DNS servers on port 53 only, which is not free for us") from error
        handlers = [path for path in self.package.rglob("openssl_ca_handler.py")]
        if not handlers:
            raise Absent("its openssl handler was not found")
        here = self.directory
        (here / "acme_srv.cfg").write_text(
            "[DEFAULT]\ndebug: False\n[Nonce]\nnonce_check_disable: False\n[Directory]\ntos_url:\n"
            "[Challenge]\nchallenge_validation_disable: False\ndns_server_list: [\"127.0.0.153\"]\n[Account]\ntos_check_disable: True\ncontact_check_disable: True\n"
            f"[DBhandler]\ndbfile: {here}/acme.db\n[CAhandler]\nhandler_file: {handlers[0]}\nissuing_ca_key: {here}/ca.key\n"
            f"issuing_ca_cert: {here}/ca.pem\nissuing_ca_crl: {here}/crl.pem\ncert_save_path: {here}/certs\ncert_validity_days: 30\n")
        (here / "wsgi.py").write_text("from acme2certifier.share.acme2certifier_wsgi import application\n")
        self.process = processes.start(
            [self.program, "--preload", "-w", "2", "-k", "gthread", "--threads", "16", "--keep-alive", "30", "--certfile", "srv.pem", "--keyfile",
             "srv.key", "-b", f"127.0.0.1:{port}", "wsgi:application"], here, "log", ACME_SRV_CONFIGFILE=str(here / "acme_srv.cfg"))
        processes.wait_for_port(port, self.process)
        self.url = f"https://localhost:{port}/directory"
        self.extra = ("--http-port", str(http), "--name", "localhost")


class OpenSSLServer(Peer):
    """`openssl s_server`: a new TLS connection and one page, one client at a time."""

    name = "s_server"

    def prepare(self) -> None:
        self.program = tool("openssl")
        self.tls_certificate()

    def start(self) -> None:
        port = processes.free_port()
        self.process = processes.start(
            [self.program, "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-quiet", "-cert", "srv.pem", "-key", "srv.key"],
            self.directory, "log")
        processes.wait_for_port(port, self.process)
        self.url = f"https://localhost:{port}/"


class LoopbackResolver:
    """A DNS server for a peer: every A question is answered 127.0.0.1, every other with nothing."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                query, client = self.socket.recvfrom(512)
            except OSError:
                return
            end = query.find(b"\0", 12)
            if end < 0 or len(query) < end + 5:
                continue
            question = query[12:end + 5]
            is_address = struct.unpack(">H", question[-4:-2])[0] == 1
            head = query[:2] + struct.pack(">HHHHH", 0x8180, 1, int(is_address), 0, 0)
            answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + b"\x7f\0\0\1" if is_address else b""
            self.socket.sendto(head + question + answer, client)

    def stop(self) -> None:
        self.socket.close()


PEERS = {peer.name: peer for peer in (ScepServer, Pebble, Caddy, Acme2Certifier, OpenSSLServer)}
