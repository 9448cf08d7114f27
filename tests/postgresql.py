"""Runs a command beside a PostgreSQL server of its own, on a free port, gone afterwards.

    python -m tests.postgresql pytest -q

The command finds the server's database in ENGAGE_TEST_DATABASE_URL; where that is set already,
the server that it names is used. PostgreSQL refuses to run as root, so root starts it as the
user ``postgres``.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _programs() -> Path:
    """Return the folder of initdb and pg_ctl: Debian keeps them off the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not versions:
        sys.exit("PostgreSQL is not installed. Run: sudo apt-get install postgresql")
    return versions[-1].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """Start a server in a temporary folder and yield the address of its database."""
    folder = Path(tempfile.mkdtemp(prefix="engage-postgresql-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    programs, data, port = _programs(), folder / "data", _free_port()
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-w", "-s"]
    # Nothing here must survive a crash, so the disk is not waited for.
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c max_connections=300"
    )
    try:
        subprocess.run(
            [
                *as_user,
                str(programs / "initdb"),
                "-D",
                str(data),
                "-A",
                "trust",
                "-U",
                "engage",
                "-N",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        subprocess.run(
            [*control, "-o", options, "-l", str(folder / "log"), "start"], check=True, cwd="/"
        )
        yield f"postgresql://engage@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run the command given on the command line and return its exit status."""
    if os.environ.get("ENGAGE_TEST_DATABASE_URL"):
        return subprocess.run(sys.argv[1:], check=False).returncode
    with server() as url:
        environment = dict(os.environ, ENGAGE_TEST_DATABASE_URL=url)
        return subprocess.run(sys.argv[1:], check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
