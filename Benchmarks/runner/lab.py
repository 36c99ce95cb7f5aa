"""A throw-away lab CA served by the release build of Muster."""
import hashlib
import json
import os
import pathlib
import re
import secrets
import sqlite3
import subprocess
import time

from . import processes


class Lab:
    """One CA directory and its server."""

    name = "muster"

    def __init__(self, binaries: pathlib.Path, directory: pathlib.Path, loader: pathlib.Path | None = None):
        self.binaries = binaries
        self.muster = binaries / "muster"
        self.directory = directory / "ca"
        self.scratch = directory
        self.process: subprocess.Popen | None = None
        self.http, self.https, self.est, self.acme_http = (processes.free_port() for _ in range(4))
        facts = self.command(
            "init", "--lab", "--json", "--http", f"127.0.0.1:{self.http}", "--https", f"127.0.0.1:{self.https}", "--est",
            f"127.0.0.1:{self.est}", "--acme-http-port", str(self.acme_http))
        self.facts = json.loads(facts)
        self.endpoints = {entry["protocol"]: entry for entry in self.facts["endpoints"]}

    def command(self, *words: str) -> str:
        environment = {**os.environ, "LLVM_PROFILE_FILE": "/dev/null"}
        run = subprocess.run(
            [self.muster, *words, "--dir", self.directory], capture_output=True, text=True, env=environment, check=False)
        if run.returncode != 0:
            raise RuntimeError(f"muster {' '.join(words)}: {run.stderr.strip()}")
        return run.stdout

    def start(self, wrapper: list[str] | None = None, patience: float = 60, **environment: str) -> float:
        """Serves; returns the seconds until all listeners accepted."""
        ready = self.scratch / "ready"
        ready.unlink(missing_ok=True)
        begin = time.monotonic()
        self.process = processes.start(
            [*(wrapper or []), self.muster, "serve", "--dir", self.directory, "--ready-file", ready, "--log-level", "error"],
            self.scratch, "muster.log", **environment)
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() - begin > patience:
                raise RuntimeError("the server did not start: " + (self.scratch / "muster.log").read_text()[-2000:])
            time.sleep(0.01)
        return time.monotonic() - begin

    def stop(self) -> None:
        processes.stop(self.process)
        self.process = None

    @property
    def pids(self) -> list[int]:
        return processes.family(self.process) if self.process else []

    @property
    def database(self) -> pathlib.Path:
        return self.directory / "muster.db"

    def one_time_challenges(self, count: int) -> pathlib.Path:
        """Writes challenges for any `*.test` name into the database, as `muster challenge new` would one by one."""
        made = [secrets.token_hex(20) for _ in range(count)]
        now = int(time.time())
        rows = [
            (secrets.token_bytes(16), "scep-default", hashlib.sha256(text.encode()).digest(), 1, '["*.test"]', now, now + 3600)
            for text in made]
        with sqlite3.connect(self.database, timeout=30) as database:
            database.executemany(
                "INSERT INTO challenges (id, endpoint, secret_hash, one_time, covers, created_at, expires_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        database.close()
        path = self.scratch / "challenges.txt"
        path.write_text("\n".join(made))
        return path

    @property
    def crl_url(self) -> str:
        """Where certificates of this CA say its CRL is."""
        text = subprocess.run(
            ["openssl", "x509", "-noout", "-ext", "crlDistributionPoints", "-in", self.facts["ca"]["raFile"]], capture_output=True,
            text=True, check=True).stdout
        return re.search(r"URI:(\S+)", text)[1]

    def serials(self, count: int = 200) -> pathlib.Path:
        """Serial numbers of certificates that exist."""
        path = self.scratch / "serials.txt"
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30) as database:
            rows = database.execute("SELECT serial FROM issuances ORDER BY endpoint LIKE '%-default' DESC LIMIT ?", (count,)).fetchall()
        database.close()
        path.write_text("\n".join(row[0].hex() for row in rows))
        return path
