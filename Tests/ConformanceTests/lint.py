"""Lints certificates, CRLs and OCSP responses with pkilint, all in this one process (a start costs half a second).

Arguments, in any number: `cert FILE`, `pair ISSUER SUBJECT`, `crl FILE`, `arl FILE`, `ocsp FILE`.
Prints every finding at NOTICE or above, then `linted N, findings M`. The exit status is 1 when there is one.
"""
import contextlib
import io
import sys

from pkilint.bin import lint_crl, lint_ocsp_response, lint_pkix_cert, lint_pkix_signer_signee_cert_chain

# Findings that we disagree with, each with the reason.
EXPECTED = {
    'Invalid domain name syntax: "localhost"': "the linter wants a dot; a server on the loopback address is reached by this name",
}
LEVEL = ["-s", "NOTICE"]
LINTERS = {
    "cert": (1, lambda files: lint_pkix_cert.main(["lint", *LEVEL, *files])),
    "pair": (2, lambda files: lint_pkix_signer_signee_cert_chain.main(["lint", *LEVEL, *files])),
    "crl": (1, lambda files: lint_crl.main(["lint", "-t", "CRL", "-p", "PKIX", *LEVEL, *files])),
    "arl": (1, lambda files: lint_crl.main(["lint", "-t", "ARL", "-p", "PKIX", *LEVEL, *files])),
    "ocsp": (1, lambda files: lint_ocsp_response.main(["lint", *LEVEL, *files])),
}


def main(words: list[str]) -> int:
    linted = findings = 0
    while words:
        kind = words.pop(0)
        count, linter = LINTERS[kind]
        files = [words.pop(0) for _ in range(count)]
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            found = linter(files)
        found -= sum(line.endswith(text) for line in output.getvalue().splitlines() for text in EXPECTED)
        linted += 1
        findings += found
        if found:
            print(kind, *files)
            print(output.getvalue())
    print(f"linted {linted}, findings {findings}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
