#!/usr/bin/env python3
"""Fails on any import in Sources/ that the arrows of docs/ARCHITECTURE.md, section 1, do not allow."""
import pathlib
import re
import sys

EVERYONE = {"Foundation", "Logging", "Crypto", "Synchronization", "Dispatch"}
HTTP = {"Hummingbird", "HTTPTypes", "NIOCore"}  # front ends: in *Routes.swift only
FRONTEND = {"EnrollmentCore", "PKIFormats", "HTTPTransport", "Persistence"}
NIO = re.compile(r"^NIO[A-Za-z0-9]*$")

ARROWS = {
    "PKIFormats": {"COpenSSL"},
    "SigningKeys": {"PKIFormats", "COpenSSL", "CCryptoki"},
    "Persistence": {"CSQLiteConfig", "GRDB", "GRDBSQLite"},
    "EnrollmentCore": {"PKIFormats", "SigningKeys", "Persistence", "CWeakKeys"},
    "HTTPTransport": {
        "PKIFormats", "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "HTTPTypes", "AsyncHTTPClient", "ServiceLifecycle", NIO,
    },
    "SCEPWire": {"PKIFormats"},
    "ESTWire": {"PKIFormats"},
    "ACMEWire": {"PKIFormats"},
    "WSTEPWire": {"PKIFormats", "CLibXML2"},
    "SCEPFrontend": {"SCEPWire"} | FRONTEND,
    "ESTFrontend": {"ESTWire"} | FRONTEND,
    "ACMEFrontend": {"ACMEWire"} | FRONTEND,
    "WSTEPFrontend": {"WSTEPWire"} | FRONTEND,
    "StatusFrontend": FRONTEND,
    "RevocationFrontend": FRONTEND,
    "Connectors": {"EnrollmentCore", "PKIFormats", "SigningKeys", "Persistence", "HTTPTransport"},
    "Muster": None,  # everything
}
IMPORT = re.compile(
    r"^\s*(?:@[A-Za-z_]+(?:\([^)]*\))?\s+)*(?:(?:package|internal|public|private|fileprivate)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor|macro)\s+)?([A-Za-z_][A-Za-z0-9_]*)"
)


def module_of(path: pathlib.Path) -> str:
    """Sources/SCEPFrontend/Wire/X.swift belongs to SCEPWire, Sources/SCEPFrontend/X.swift to SCEPFrontend."""
    folder = path.parts[1]
    if folder.endswith("Frontend") and path.parts[2] == "Wire":
        return folder.removesuffix("Frontend") + "Wire"
    return folder


def allowed(module: str, path: pathlib.Path, imported: str) -> bool:
    arrows = ARROWS[module]
    if arrows is None or imported in EVERYONE:
        return True
    if module.endswith("Frontend") and path.name.endswith("Routes.swift") and imported in HTTP:
        return True
    return any(arrow.match(imported) if isinstance(arrow, re.Pattern) else arrow == imported for arrow in arrows)


def main() -> int:
    root = pathlib.Path(__file__).resolve().parent.parent
    problems, files = [], 0
    for path in sorted((root / "Sources").rglob("*.swift")):
        relative = path.relative_to(root)
        module = module_of(relative)
        files += 1
        if module not in ARROWS:
            problems.append(f"{relative}: the module {module} is not in the table of {pathlib.Path(__file__).name}")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = IMPORT.match(line)
            if found and not allowed(module, relative, found.group(1)):
                problems.append(f"{relative}:{number}: {module} may not import {found.group(1)}")
    print("\n".join(problems + [f"imports: {files} files, {len(problems)} not allowed"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
