"""Takes one webhook message, checks its signature and writes its body to a file: PORT FILE SECRET."""
import hashlib
import hmac
import http.server
import os
import sys

PORT, FILE, SECRET = int(sys.argv[1]), sys.argv[2], sys.argv[3].encode()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers["Content-Length"]), 1 << 20))
        fields = dict(part.split("=", 1) for part in self.headers["Muster-Signature"].split(","))
        expected = hmac.new(SECRET, fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
        is_good = hmac.compare_digest(expected, fields["v1"]) and self.headers["Content-Type"] == "application/json"
        if is_good:
            with open(FILE + ".new", "wb") as file:
                file.write(body)
            os.rename(FILE + ".new", FILE)
        self.send_response(204 if is_good else 400)
        self.end_headers()


server = http.server.HTTPServer(("127.0.0.1", PORT), Receiver)
print("listening", flush=True)
server.serve_forever()
