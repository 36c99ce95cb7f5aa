#!/usr/bin/env python3
"""Counts the tests in a Swift Testing event stream; the last line printed is `N passed, N failed`.

A test that started and never ended (the process died in it) has failed, and so has the run when its process failed
while no test did, or when no test ran.
"""
import json
import sys

events_path, process_status = sys.argv[1], int(sys.argv[2])
functions, started, ended, skipped = {}, {}, {}, set()
issues = {}
try:
    with open(events_path, encoding="utf-8") as stream:
        records = [json.loads(line) for line in stream if line.endswith("\n")]
except FileNotFoundError:
    records = []

for record in records:
    payload = record["payload"]
    test = payload.get("testID")
    if record["kind"] == "test":
        if payload["kind"] == "function":
            functions[payload["id"]] = payload.get("displayName") or payload["name"]
    elif payload["kind"] == "testStarted":
        started[test] = payload["instant"]["absolute"]
    elif payload["kind"] == "testSkipped":
        skipped.add(test)
    elif payload["kind"] == "issueRecorded" and not payload.get("issue", {}).get("isKnown"):
        issues.setdefault(test, []).extend(message["text"] for message in payload["messages"])
    elif payload["kind"] == "testEnded":
        symbol = payload["messages"][0]["symbol"] if payload["messages"] else "pass"
        ended[test] = (symbol, payload["instant"]["absolute"] - started.get(test, payload["instant"]["absolute"]))

ran = [test for test in functions if test in started]
failed = [test for test in ran if test not in ended or ended[test][0] == "fail"]
passed = len(ran) - len(failed)
left_out = len([test for test in functions if test in skipped])

slowest = sorted((ended[test][1], functions[test]) for test in ran if test in ended)[-5:]
for seconds, name in reversed(slowest):
    print(f"slow: {seconds:6.1f} s  {name}")
for test in failed:
    print(f"failed: {functions[test]}")
    for text in issues.get(test, ["it never ended"])[:12]:
        print(f"    {text}")

failures = len(failed)
if not failures and (process_status != 0 or not ran):
    failures = 1
    print(f"failed: the test process (exit status {process_status}, {len(ran)} tests run)")
print(f"{passed} passed, {failures} failed" + (f", {left_out} skipped" if left_out else ""))
sys.exit(1 if failures else 0)
