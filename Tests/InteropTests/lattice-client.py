#!/usr/bin/env python3
"""An ML-DSA client on Python's `cryptography`, which no OpenSSL command at hand can be.

Usage: lattice-client.py COMMAND …
    request ALGORITHM NAME FOLDER           makes a key of mldsa44, mldsa65 or mldsa87 and writes key.pem and request.b64, DER in base64
    verify FOLDER FILE…                     certificates.pem, first the one that was issued, and FILE…: whether it is of the key in FOLDER and
                                            each certificate is signed by one of the others, up to a root; prints the chain's algorithms
"""
import base64
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import mldsa

command, *rest = sys.argv[1:]
if command == "request":
    algorithm, name, folder = rest
    key = getattr(mldsa, f"MLDSA{algorithm[-2:]}PrivateKey").generate()
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).add_extension(names, critical=False).sign(key, None)
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pathlib.Path(folder, "key.pem").write_bytes(secret)
    pathlib.Path(folder, "request.b64").write_bytes(base64.b64encode(request.public_bytes(serialization.Encoding.DER)))
else:
    folder, *files = rest
    known = [c for file in files for c in x509.load_pem_x509_certificates(pathlib.Path(file).read_bytes())]
    certificate = x509.load_pem_x509_certificates(pathlib.Path(folder, "certificates.pem").read_bytes())[0]
    key = serialization.load_pem_private_key(pathlib.Path(folder, "key.pem").read_bytes(), None)
    if certificate.public_key() != key.public_key():
        sys.exit("the certificate is of another key")
    algorithms = []
    while True:
        algorithms.append(certificate.signature_algorithm_oid.dotted_string)
        above = next(c for c in known if c.subject == certificate.issuer)
        certificate.verify_directly_issued_by(above)
        if above == certificate:
            break
        certificate = above
    print(" ".join(algorithms))
