#!/usr/bin/env python3
"""Runs a command at a terminal of its own and types $TYPED at each question for a secret, as a person would: when it is asked for, and the
terminal does not show it.

Passes on what the command prints and how it ends; SIGTERM goes to the command.
"""
import os
import pty
import signal
import sys
import termios

secret = os.environ.pop("TYPED").encode()
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
while True:
    try:
        printed = os.read(terminal, 4096)
    except OSError:
        break
    if not printed:
        break
    os.write(1, printed)
    if printed.endswith(b": ") and not termios.tcgetattr(terminal)[3] & termios.ECHO:
        os.write(terminal, secret + b"\n")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0x7F)
