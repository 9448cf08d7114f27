"""Gunicorn as it runs in production, with workers of its own, for tests that need a real server."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """One gunicorn that this process started. ``port`` is where it listens."""

    def __init__(self, process: subprocess.Popen, port: int) -> None:
        self.process, self.port = process, port

    def workers(self) -> list[int]:
        """Return the process ids of its workers: children of the process that we started."""
        pid = self.process.pid
        return [int(child) for child in _read(f"/proc/{pid}/task/{pid}/children").split()]

    def kill_worker(self, n: int) -> bool:
        """Kill one of its workers at once (kill -9); False where none is up just now."""
        workers = self.workers()
        with suppress(ProcessLookupError, ZeroDivisionError):
            os.kill(workers[n % len(workers)], signal.SIGKILL)
            return True
        return False

    def processor_seconds(self) -> float:
        """Return the processor time of its workers so far, of those that are gone too."""
        return sum(_spent(pid) for pid in [self.process.pid, *self.workers()])


def _read(path: str) -> str:
    with suppress(OSError):
        return Path(path).read_text(encoding="ascii", errors="replace")
    return ""


def _spent(pid: int) -> float:
    """User and system time of a process and of its children that have ended, in seconds."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


@contextmanager
def serving(application: str, environment: Mapping[str, str], *arguments: str) -> Iterator[Server]:
    """Serve ``application`` (module:factory) with two workers until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--log-level", "critical"]
    command += ["--bind", f"127.0.0.1:{port}", "--backlog", "2048", *arguments, application]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    process = subprocess.Popen(command, env=variables, cwd=ROOT)
    try:
        _wait_for(process, port)
        yield Server(process, port)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen, port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("gunicorn did not start")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=30) as probe:
            probe.sendall(b"GET /nowhere HTTP/1.0\r\nHost: localhost\r\n\r\n")
            if probe.recv(12):
                return
        time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")
