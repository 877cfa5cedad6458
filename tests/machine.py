"""What the tests need of the machine: Chromium and PostgreSQL, installed where we may."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Settings of a server whose data nobody will miss.
FORGETFUL = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "shared_buffers=256MB",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
)
#: Without windows Chromium takes a quarter less of the processor; not every system packs it so.
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser")


def chromium() -> str | None:
    """Path of a Chromium, if there is one."""
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)


def postgresql() -> Path | None:
    """Folder of the newest PostgreSQL server's programs, if there is one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    known = shutil.which("initdb")
    return Path(known).parent if known else None


def missing() -> list[str]:
    """Debian packages that are not here yet."""
    found = []
    if chromium() is None:
        found.append(next(filter(_packed, CHROMIUMS), "chromium"))
    if postgresql() is None:
        found.append("postgresql")
    return found


def _packed(name: str) -> bool:
    """Whether this system knows such a package."""
    asked = ("apt-cache", "show", "--no-all-versions", name)
    if not shutil.which(asked[0]):
        return False
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def install() -> None:
    """Install what is missing, or say in one line what to install and stop."""
    if not missing():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _quietly("apt-get", "update", "-qq")  # first: what is packed is not known before
    wanted = missing()
    command = f"apt-get install -y {' '.join(wanted)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"The tests need {' and '.join(wanted)}. As root: {command}")
    print(f"Installing {' and '.join(wanted)} (once) …", flush=True)  # noqa: T201
    _quietly("apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted)
    if left := missing():
        sys.exit(f"Installed, yet not found: {' and '.join(left)}")


def _quietly(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def server() -> Iterator[str]:
    """URL of a PostgreSQL server of our own, gone afterwards."""
    programs = postgresql()
    assert programs is not None
    # PostgreSQL refuses to run as root
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="outreach-pg-") as folder:
        if prefix:
            shutil.chown(folder, "postgres")
        data, port = f"{folder}/data", free_port()
        run = [*prefix, str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "postgres"]
        subprocess.run([*run, "-E", "UTF8", "--no-sync"], check=True, stdout=subprocess.DEVNULL)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        # nothing here outlives the run, so nothing has to survive a crash
        options += "".join(f" -c {one}" for one in FORGETFUL)
        control = [*prefix, str(programs / "pg_ctl"), "-D", data, "-w"]
        subprocess.run(
            [*control, "-l", f"{folder}/log", "-o", options, "start"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, stdout=-3)


def free_port() -> int:
    """A port below the ephemeral range, so that no client's own socket takes it meanwhile."""
    for port in range(20000 + os.getpid() % 5000, 32000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("no free port")
