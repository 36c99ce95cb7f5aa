#!/usr/bin/env python3
"""Enrolls one certificate by MS-XCEP and MS-WSTEP with zeep, an independent SOAP client.

Asks the policy service which templates there are and where to enroll, sends a PKCS#10 request there, checks both replies against the
schemas beside this file (zeep itself forgives a wrong order of elements, Windows does not), and writes the certificate.

Exit status: 0 issued, 3 pending, 2 refused by a SOAP fault (printed as `fault: CODE [SUBCODE...] [HRESULT] REASON`), 1 anything else.
"""
import argparse
import base64
import os
import pathlib
import ssl
import subprocess
import sys

import requests
import zeep
from lxml import etree
from zeep.plugins import HistoryPlugin
from zeep.wsa import WsAddressingPlugin
from zeep.wsse.username import UsernameToken

HERE = pathlib.Path(__file__).resolve().parent
SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
TRUST = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
ENROLLMENT = "http://schemas.microsoft.com/windows/pki/2009/01/enrollment"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
X509 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
USERNAME_PASSWORD = 4


class Service:
    """One SOAP service with its schema, its user and its last exchange."""

    def __init__(self, wsdl, schema, binding, arguments):
        for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            os.environ.pop(variable, None)  # they would override the CA of this call
        session = requests.Session()
        session.verify = arguments.cacert
        session.trust_env = False
        self.history = HistoryPlugin()
        plugins = [self.history] + ([WsAddressingPlugin()] if arguments.duplicate_headers else [])
        wsse = None if arguments.no_token else UsernameToken(arguments.username, arguments.password)
        self.client = zeep.Client(str(HERE / wsdl), transport=zeep.Transport(session=session), wsse=wsse, plugins=plugins)
        self.schema = etree.XMLSchema(etree.parse(str(HERE / schema)))
        self.binding = binding

    def call(self, url, operation, **message):
        return getattr(self.client.create_service(self.binding, url), operation)(**message)

    def check_reply(self, action):
        """The reply's headers relate to the request, and its body fits the schema, order included."""
        sent, received = self.history.last_sent["envelope"], self.history.last_received["envelope"]
        header = received.find(f"{{{SOAP}}}Header")
        wanted = [f"{{{ADDRESSING}}}Action", f"{{{ADDRESSING}}}RelatesTo"]
        assert [child.tag for child in header] == wanted, f"reply headers are {[child.tag for child in header]}"
        assert header[0].text == action, f"reply action is {header[0].text}"
        identifier = sent.findtext(f"{{{SOAP}}}Header/{{{ADDRESSING}}}MessageID")
        assert header[1].text == identifier, f"reply relates to {header[1].text}, not {identifier}"
        body = received.find(f"{{{SOAP}}}Body")
        assert len(body) == 1, "the reply's body holds more than one element"
        self.schema.assertValid(etree.fromstring(etree.tostring(body[0])))
        return body[0]


def policy_address(arguments):
    """Asks for the policies; returns the URL at which the wanted template is issued."""
    service = Service("xcep.wsdl", "xcep.xsd", "{http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy}PolicyBinding", arguments)
    answer = service.call(
        arguments.url, "GetPolicies", client={"lastUpdate": None, "preferredLanguage": None}, requestFilter=zeep.xsd.Nil)
    service.check_reply("http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy/IPolicy/GetPoliciesResponse")
    policies = {policy.attributes.commonName: policy for policy in answer.response.policies.policy}
    print("policies:", answer.response.policyID, ", ".join(policies), file=sys.stderr)
    oids = {oid.oIDReferenceID: oid for oid in answer.oIDs.oID}
    assert len(oids) == len(answer.oIDs.oID), "an OID number is used twice"
    for name, policy in policies.items():
        assert oids[policy.policyOIDReference].group == 9, f"the OID of {name} is in the wrong group"
        assert policy.attributes.certificateValidity.renewalPeriodSeconds < policy.attributes.certificateValidity.validityPeriodSeconds
        for extension in policy.attributes.extensions.extension:
            assert oids[extension.oIDReference].group == 6, f"an extension of {name} is in the wrong group"
    assert arguments.template in policies, f"the template {arguments.template} is not offered"
    references = policies[arguments.template].cAs.cAReference
    authorities = [authority for authority in answer.cAs.cA if authority.cAReferenceID in references]
    addresses = [uri for authority in authorities for uri in authority.uris.cAURI if uri.clientAuthentication == USERNAME_PASSWORD]
    return min(addresses, key=lambda address: address.priority).uri


def request_certificate(url, request, arguments):
    """Sends the request; returns (disposition, number, certificate or None), all in DER, after checking the reply."""
    service = Service("wstep.wsdl", "wst.xsd", "{http://schemas.microsoft.com/windows/pki/2009/01/enrollment}EnrollmentBinding", arguments)
    service.call(
        url, "RequestSecurityToken", TokenType=X509, RequestType=f"{TRUST}/Issue",
        BinarySecurityToken={"_value_1": base64.b64encode(request).decode(), "ValueType": f"{ENROLLMENT}#PKCS10", "EncodingType": f"{WSSE}#base64binary"},
        AdditionalContext={"ContextItem": [{"Name": "CertificateTemplate", "Value": arguments.template}]})
    response = service.check_reply(f"{ENROLLMENT}/RSTRC/wstep")[0]
    disposition, number = response.findtext(f"{{{ENROLLMENT}}}DispositionMessage"), int(response.findtext(f"{{{ENROLLMENT}}}RequestID"))
    message = base64.b64decode(response.findtext(f"{{{WSSE}}}BinarySecurityToken"), validate=True)
    token = response.find(f"{{{TRUST}}}RequestedSecurityToken")[0]
    if disposition != "Issued":
        assert disposition == "Taken Under Submission", disposition
        assert token[0].get("URI") == url, f"a pending request is to be polled at {token[0].get('URI')}"
        return disposition, number, None
    assert token.get("ValueType") == X509 and "\n" not in token.text
    certificate = base64.b64decode(token.text, validate=True)
    listed = openssl("pkcs7", "-inform", "DER", "-print_certs", "-outform", "PEM", data=message).decode()
    assert ssl.DER_cert_to_PEM_cert(certificate).strip() in listed, "the CMC response does not hold the certificate"
    return disposition, number, certificate


def openssl(*arguments, data):
    return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout


def read_request(path):
    """A PKCS#10 request, DER or PEM, as DER and its public key."""
    data = pathlib.Path(path).read_bytes()
    form = "PEM" if data.lstrip().startswith(b"-----") else "DER"
    return openssl("req", "-inform", form, "-outform", "DER", data=data), openssl("req", "-inform", form, "-noout", "-pubkey", data=data)


def describe(fault):
    """One line about a fault, whose detail has to fit the schema."""
    codes = " ".join(str(code) for code in [fault.code] + list(fault.subcodes or []))
    if fault.detail is None:
        return f"fault: {codes} {fault.message}"
    detail = fault.detail[0]
    etree.XMLSchema(etree.parse(str(HERE / "enrollment.xsd"))).assertValid(etree.fromstring(etree.tostring(detail)))
    result = int(detail.findtext(f"{{{ENROLLMENT}}}ErrorCode")) & 0xFFFFFFFF
    return f"fault: {codes} 0x{result:08X} {fault.message}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="the policy service")
    parser.add_argument("--ces-url", help="the enrollment service; by default where the policy says")
    parser.add_argument("--cacert", required=True, help="PEM file with the root of the TLS server's chain")
    parser.add_argument("--username", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--csr", help="PKCS#10 request, PEM or DER; without it only the policies are asked for")
    parser.add_argument("--template", default="windows-computer")
    parser.add_argument("--out", help="where the certificate goes, PEM; by default standard output")
    parser.add_argument("--no-token", action="store_true", help="leave out the UsernameToken (must be refused)")
    parser.add_argument("--duplicate-headers", action="store_true", help="send the addressing headers twice (must be refused)")
    arguments = parser.parse_args()
    try:
        url = arguments.ces_url or policy_address(arguments)
        if not arguments.csr:
            return 0
        request, key = read_request(arguments.csr)
        disposition, number, certificate = request_certificate(url, request, arguments)
    except zeep.exceptions.Fault as fault:
        print(describe(fault), file=sys.stderr)
        return 2
    print(f"{disposition}, RequestID {number}", file=sys.stderr)
    if certificate is None:
        return 3
    assert openssl("x509", "-inform", "DER", "-noout", "-pubkey", data=certificate) == key, "the certificate is for another key"
    pem = ssl.DER_cert_to_PEM_cert(certificate)
    if arguments.out:
        pathlib.Path(arguments.out).write_text(pem)
    else:
        print(pem, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
