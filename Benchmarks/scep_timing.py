#!/usr/bin/env python3
"""Measures whether the time of SCEP's uniform answer tells which of its causes it was (docs/protocols/scep.md, Attacks, point 5).

Whoever wraps a captured envelope, changed or not, into a message of his own must not learn where its reading ended. Prepared messages of each
kind go over one kept connection, a round at a time and shuffled in each round, to the real server on loopback. The table has the time from the
request's first byte to the answer's last, in the median and for the fastest tenth, how far the latter is from the mean of all kinds, and its
standard error. Kinds that differ by several errors can be told apart by who measures this long from this near.

Needs Python's `cryptography`: run it with .build-tools/venv/bin/python.
"""
import argparse
import datetime
import hashlib
import http.client
import os
import pathlib
import random
import statistics
import sys
import tempfile
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from runner.lab import Lab

HERE = pathlib.Path(__file__).resolve().parent
WARM_UP = 50
# How the text of the uniform answer begins.
UNIFORM = b"the request could not be read"


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def oid(text: str) -> bytes:
    first, second, *rest = (int(arc) for arc in text.split("."))
    octets = bytearray()
    for arc in (40 * first + second, *rest):
        group = [arc & 0x7F]
        while arc := arc >> 7:
            group.append(0x80 | arc & 0x7F)
        octets += bytes(reversed(group))
    return der(0x06, bytes(octets))


DATA, SIGNED, ENVELOPED = (oid(f"1.2.840.113549.1.7.{number}") for number in (1, 2, 3))
NULL = der(0x05)
SHA256 = der(0x30, oid("2.16.840.1.101.3.4.2.1"), NULL)
RSA = der(0x30, oid("1.2.840.113549.1.1.1"), NULL)
AES128 = oid("2.16.840.1.101.3.4.1.2")


def identify(certificate: x509.Certificate) -> bytes:
    """IssuerAndSerialNumber."""
    serial = certificate.serial_number
    return der(0x30, certificate.issuer.public_bytes(), der(0x02, serial.to_bytes(serial.bit_length() // 8 + 1, "big")))


class Client:
    """A key, a throw-away certificate and what they sign."""

    def __init__(self, name: str):
        self.key = rsa.generate_private_key(65537, 2048)
        self.name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
        start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
        self.certificate = (
            x509.CertificateBuilder().subject_name(self.name).issuer_name(self.name).public_key(self.key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(start + datetime.timedelta(days=365))
            .sign(self.key, hashes.SHA256()))

    def request(self, challenge: str) -> bytes:
        builder = x509.CertificateSigningRequestBuilder().subject_name(self.name)
        builder = builder.add_attribute(x509.oid.AttributeOID.CHALLENGE_PASSWORD, challenge.encode())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def message(self, envelope: bytes) -> bytes:
        """A PKCSReq under a new transactionID."""
        def attribute(name: str, value: bytes) -> bytes:
            return der(0x30, oid(name), der(0x31, value))
        attributes = b"".join(sorted([
            attribute("1.2.840.113549.1.9.3", DATA), attribute("1.2.840.113549.1.9.4", der(0x04, hashlib.sha256(envelope).digest())),
            attribute("2.16.840.1.113733.1.9.2", der(0x13, b"19")), attribute("2.16.840.1.113733.1.9.5", der(0x04, os.urandom(16))),
            attribute("2.16.840.1.113733.1.9.7", der(0x13, os.urandom(16).hex().encode()))], key=lambda part: (len(part), part)))
        signature = self.key.sign(der(0x31, attributes), padding.PKCS1v15(), hashes.SHA256())
        signer = der(
            0x30, der(0x02, b"\x01"), identify(self.certificate), SHA256, der(0xA0, attributes), RSA, der(0x04, signature))
        content = der(0x30, DATA, der(0xA0, der(0x04, envelope)))
        certificates = der(0xA0, self.certificate.public_bytes(serialization.Encoding.DER))
        signed = der(0x30, der(0x02, b"\x01"), der(0x31, SHA256), content, certificates, der(0x31, signer))
        return der(0x30, SIGNED, der(0xA0, signed))


class Envelope:
    """An EnvelopedData for the RA, to be damaged in one place or another."""

    def __init__(self, ra: x509.Certificate, content: bytes):
        self.ra = ra
        self.key, self.vector = os.urandom(16), os.urandom(16)
        fill = 16 - len(content) % 16
        cipher = Cipher(algorithms.AES128(self.key), modes.CBC(self.vector)).encryptor()
        self.content = bytearray(cipher.update(content + bytes([fill]) * fill) + cipher.finalize())
        self.key_block = self.wrap(self.key)

    def wrap(self, key: bytes) -> bytes:
        return self.ra.public_key().encrypt(key, padding.PKCS1v15())

    @property
    def encoded(self) -> bytes:
        recipient = der(0x30, der(0x02, b"\x00"), identify(self.ra), RSA, der(0x04, self.key_block))
        content = der(0x30, DATA, der(0x30, AES128, der(0x04, self.vector)), der(0x80, bytes(self.content)))
        return der(0x30, ENVELOPED, der(0xA0, der(0x30, der(0x02, b"\x00"), der(0x31, recipient), content)))


def kinds(ra: x509.Certificate, attacker: Client, victim: Client) -> dict[str, bytes]:
    """What an attacker may put into his message, all of one length."""
    captured, own = victim.request("the secret of the victim"), attacker.request("a guess of the attacker.")
    assert len(captured) == len(own)
    unpadded = Envelope(ra, captured)
    unpadded.key_block = os.urandom(len(unpadded.key_block) - 1).rjust(len(unpadded.key_block), b"\0")
    short = Envelope(ra, captured)
    short.key_block = short.wrap(short.key[:5])
    other = Envelope(ra, captured)
    other.key_block = other.wrap(os.urandom(16))
    misfilled = Envelope(ra, captured)
    misfilled.content[-17] ^= 0x80
    broken_proof = bytearray(own)
    broken_proof[-1] ^= 1
    # The tag of the signature.
    late = bytearray(own)
    late[-261] ^= 0xFF
    return {
        "key block without padding": unpadded.encoded,
        "key block with a key of 5 bytes": short.encoded,
        "key block with another key": other.encoded,
        "content's padding broken": misfilled.encoded,
        "content is no request": Envelope(ra, os.urandom(len(own))).encoded,
        "request broken near its end": Envelope(ra, bytes(late)).encoded,
        "request of another key, as captured": Envelope(ra, captured).encoded,
        "request not signed by its key": Envelope(ra, bytes(broken_proof)).encoded,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=pathlib.Path, default=HERE.parent / ".build-bench/release", help="a release build of muster")
    parser.add_argument("--rounds", type=int, default=1000, help="messages of each kind (1000)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lab = Lab(options.binaries.resolve(), pathlib.Path(scratch))
        lab.start()
        try:
            times = measure(lab, options.rounds)
        finally:
            lab.stop()
    report(times)
    return 0


def measure(lab: Lab, rounds: int) -> dict[str, list[float]]:
    ra = x509.load_pem_x509_certificate(pathlib.Path(lab.facts["ca"]["raFile"]).read_bytes())
    attacker, victim = Client("attacker.test"), Client("captured.test")
    envelopes = kinds(ra, attacker, victim)
    connection = http.client.HTTPConnection("127.0.0.1", lab.http, timeout=30)
    times: dict[str, list[float]] = {kind: [] for kind in envelopes}
    for number in range(WARM_UP + rounds):
        messages = [(kind, attacker.message(envelope)) for kind, envelope in envelopes.items()]
        random.shuffle(messages)
        for kind, message in messages:
            begin = time.perf_counter_ns()
            connection.request("POST", "/scep/default?operation=PKIOperation", message)
            answer = connection.getresponse()
            body = answer.read()
            took = time.perf_counter_ns() - begin
            if answer.status != 200 or UNIFORM not in body:
                raise RuntimeError(f"{kind}: {answer.status}, not the uniform answer")
            if number >= WARM_UP:
                times[kind].append(took / 1000)
    return times


def decile(values: list[float]) -> float:
    """What a tenth of the answers beat: other work on the machine only adds, and an attacker repeats himself."""
    return statistics.quantiles(values, n=10)[0]


def report(times: dict[str, list[float]]) -> None:
    deciles = {kind: decile(values) for kind, values in times.items()}
    middle = statistics.mean(deciles.values())
    print("| what is wrong | median us | fastest tenth us | from the mean | standard error |\n|---|---|---|---|---|")
    for kind, values in times.items():
        # By drawing as many again, a hundred times.
        error = statistics.stdev(decile(random.choices(values, k=len(values))) for _ in range(100))
        print(
            f"| {kind} | {statistics.median(values):.0f} | {deciles[kind]:.0f} | {deciles[kind] - middle:+.1f} | {error:.1f} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
