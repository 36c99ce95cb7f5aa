"""Starting, waiting for and ending the processes of a benchmark."""
import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time


class Absent(Exception):
    """A server that cannot be measured here, and why."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, process: subprocess.Popen, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Absent(f"it ended at once with status {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise Absent(f"it did not listen within {seconds:.0f} s")


def start(command: list, directory: pathlib.Path, log: str, **environment: str) -> subprocess.Popen:
    """Starts a server whose output goes into a file of its directory."""
    with open(directory / log, "ab") as output:
        return subprocess.Popen(
            [str(word) for word in command], cwd=directory, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env={**os.environ, "LLVM_PROFILE_FILE": "/dev/null", **environment}, start_new_session=True)


def stop(process: subprocess.Popen | None) -> None:
    """Ends a process that `start` started, with its children."""
    if process is None or process.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)


def family(process: subprocess.Popen) -> list[int]:
    """The process and its descendants: some servers work in children."""
    found, queue = [], [process.pid]
    while queue:
        pid = queue.pop()
        found.append(pid)
        for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                queue += [int(child) for child in task.read_text().split()]
    return found


def forget_peak_memory(pids: list[int]) -> None:
    """Lets VmHWM start anew, so that a case's peak is its own."""
    for pid in pids:
        with contextlib.suppress(OSError):
            pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
