#!/usr/bin/env python3
"""A SCEP client on PyScep, which answers the questions that no other client here asks.

Usage: pyscep-client.py URL COMMAND …
    enroll NAME CHALLENGE FOLDER            writes key.der, signer.der and, once issued, certificate.der; prints SUCCESS, PENDING or FAILURE
    poll NAME FOLDER                        asks again for what was pending
    renew NAME FOLDER NEWFOLDER             asks with a new key and no challenge, signed by the certificate in FOLDER
    getcert FOLDER                          asks for the certificate in FOLDER, signed by itself
    getcrl FOLDER                           asks for its issuer's CRL and prints the issuer
"""
import hashlib
import re
import sys

# oscrypto 1.3.0 does not know OpenSSL's patch numbers beyond 9.
find = re.search


def repaired(pattern, text, flags=0):
    if isinstance(pattern, str):
        pattern = pattern.replace(r"\d\.\d\.\d[a-z]*", r"\d\.\d\.\d+[a-z]*")
    return find(pattern, text, flags)


re.search = repaired

from asn1crypto.x509 import Name  # noqa: E402
from scep.Client.certificate import Certificate  # noqa: E402
from scep.Client.client import Client  # noqa: E402
from scep.Client.enums import PKIStatus  # noqa: E402
from scep.Client.privatekey import PrivateKey  # noqa: E402
from scep.Client.signingrequest import SigningRequest  # noqa: E402

USAGE = {"digital_signature", "key_encipherment"}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def told(answer, folder):
    if answer.status == PKIStatus.SUCCESS and answer.certificates:
        write(f"{folder}/certificate.der", answer.certificates[0].to_der())
    print(answer.status.name, getattr(answer, "fail_info", ""))


def identity(folder, name):
    return Certificate.from_der(read(f"{folder}/{name}.der")), PrivateKey.from_der(read(f"{folder}/key.der"))


url, command, *rest = sys.argv[1:]
client = Client(url)
if command == "enroll":
    name, challenge, folder = rest
    key = SigningRequest.generate_pair()
    key = key[0] if isinstance(key, tuple) else key
    signer, _ = SigningRequest.generate_self_signed(cn=name, key_usage=USAGE, private_key=key)
    request, _ = SigningRequest.generate_csr(cn=name, key_usage=USAGE, password=challenge, private_key=key)
    write(f"{folder}/key.der", key.to_der())
    write(f"{folder}/signer.der", signer.to_der())
    told(client.enrol(request, signer, key), folder)
elif command == "renew":
    name, folder, other = rest
    certificate, key = identity(folder, "certificate")
    request, _ = SigningRequest.generate_csr(cn=name, key_usage=USAGE)
    told(client.enrol(request, certificate, key), other)
elif command == "poll":
    name, folder = rest
    signer, key = identity(folder, "signer")
    transaction = hashlib.sha1(signer.public_key.to_der()).hexdigest()
    told(client.poll(signer, key, Name.build({"common_name": name}), transaction), folder)
elif command == "getcert":
    certificate, key = identity(rest[0], "certificate")
    answer = client.get_cert(certificate, key, certificate.serial_number)
    print(answer.status.name, answer.certificates[0].to_der() == certificate.to_der() if answer.certificates else answer.fail_info)
else:
    certificate, key = identity(rest[0], "certificate")
    answer = client.get_crl(certificate, key, certificate.serial_number)
    print(answer.status.name, dict(answer.crl.issuer.native) if answer.crl else answer.fail_info)
