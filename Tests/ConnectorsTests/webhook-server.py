#!/usr/bin/env python3
"""A service that endpoints ask. The path says how it behaves; every body lands in the log, a JSON line each.

Usage: webhook-server.py PORTFILE LOGFILE HEXKEY
"""
import hashlib
import hmac
import http.server
import json
import os
import sys
import time

PORT_FILE, LOG_FILE, KEY = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        expected = hmac.new(KEY, body, hashlib.sha256).hexdigest()
        signature = self.headers.get("X-Muster-Signature") or self.headers.get("X-Smallstep-Signature")
        message = json.loads(body)
        notifies = "certificate" in message or "x509Certificate" in message or "notification" in message
        with open(LOG_FILE, "a", encoding="utf-8") as log:
            entry = {
                "path": self.path, "signed": signature == expected, "authorization": self.headers.get("Authorization"),
                "apiVersion": self.headers.get("api-version"), "body": message,
            }
            log.write(json.dumps(entry) + "\n")
        mode = self.path.split("/")[1]
        if mode == "slow":
            time.sleep(30)
        if mode == "error" or (mode == "deaf" and notifies):
            self.answer(500, b"{}")
        elif mode == "forbidden":
            self.answer(403, b"{}")
        elif mode == "garbage":
            self.answer(200, b"<html>welcome</html>")
        elif mode == "endless":
            self.answer(200, b'{"allow": true, "x": "' + b"x" * 200_000 + b'"}')
        elif mode == "redirect":
            self.send_response(302)
            self.send_header("Location", "/allow")
            self.end_headers()
        elif mode == "deny":
            self.answer(200, json.dumps({"allow": False, "error": {"message": "no such device"}}).encode())
        elif mode == "narrow":
            self.answer(200, json.dumps({"allow": True, "names": ["cn:other", "dns:other.test"]}).encode())
        elif mode == "directory":
            sid = self.path.split("/")[2]
            told = {"sid": sid, "names": [{"type": "upn", "text": "pc@corp.test"}], "attributes": {"OU": "Sales"}}
            self.answer(200, json.dumps({"allow": True, "directory": told}).encode())
        elif mode == "mdm-deaf" and notifies:
            self.answer(500, b"{}")
        elif mode in ("mdm", "mdm-deaf"):
            request = message.get("request", {})
            refused = notifies and self.path.endswith("validateRequest") or "\n" in request.get("certificateRequest", "")
            self.answer(200, json.dumps({"code": "ChallengeExpired" if refused else "Success", "errorDescription": ""}).encode())
        elif mode == "mdm-refuses":
            self.answer(200, json.dumps({"code": "SubjectNameMismatch", "errorDescription": "CN"}).encode())
        else:
            self.answer(200, b'{"allow": true}')

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(PORT_FILE + ".new", "w", encoding="utf-8") as file:
    file.write(str(server.server_port))
os.rename(PORT_FILE + ".new", PORT_FILE)
server.serve_forever()
