#!/usr/bin/env python3
"""Runs a command at a terminal of its own and types $TYPED at each question for a PIN, as a person would: when it is asked for.

Passes on what the command prints and how it ends; SIGTERM goes to the command.
"""
import os
import pty
import signal
import sys

secret = os.environ.pop("TYPED").encode()
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
unanswered = b""
while True:
    try:
        printed = os.read(terminal, 4096)
    except OSError:
        break
    if not printed:
        break
    os.write(1, printed)
    unanswered += printed
    if b"PIN of the token" in unanswered and unanswered.endswith(b"): "):
        os.write(terminal, secret + b"\n")
        unanswered = b""
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0x7F)
