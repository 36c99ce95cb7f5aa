#!/usr/bin/env python3
"""Counts the tests in a Swift Testing event stream; the last line printed is `N passed, N failed`.

A test that started and never ended (the process died in it) has failed, and so has the run when its process failed
while no test did, or when no test ran.
"""
import collections
import json
import sys

events_path, process_status = sys.argv[1], int(sys.argv[2])
functions, started, ended, skipped, issues = {}, set(), {}, set(), {}
cases, seconds = {}, collections.Counter()  # a test starts long before its turn comes; its cases start when it has come
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
        started.add(test)
    elif payload["kind"] == "testCaseStarted":
        cases[test, payload["_testCase"]["id"]] = payload["instant"]["absolute"]
    elif payload["kind"] == "testCaseEnded":
        seconds[test] += payload["instant"]["absolute"] - cases.get((test, payload["_testCase"]["id"]), payload["instant"]["absolute"])
    elif payload["kind"] == "testSkipped":
        skipped.add(test)
    elif payload["kind"] == "issueRecorded" and not payload.get("issue", {}).get("isKnown"):
        issues.setdefault(test, []).extend(message["text"] for message in payload["messages"])
    elif payload["kind"] == "testEnded":
        ended[test] = payload["messages"][0]["symbol"] if payload["messages"] else "pass"

ran = [test for test in functions if test in started]
failed = [test for test in ran if test not in ended or ended[test] == "fail"]
passed = len(ran) - len(failed)
left_out = len([test for test in functions if test in skipped])

for test, time in seconds.most_common(8):
    print(f"slow: {time:6.1f} s  {functions[test]}")
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
