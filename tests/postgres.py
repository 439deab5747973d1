"""Run a command against a PostgreSQL of its own: `python -m tests.postgres pytest …`.

Starts a throw-away cluster with the machine's own binaries, in a temporary folder and on a
private socket, sets DATABASE_URL for the command, and removes everything afterwards. Those
binaries refuse root, so root runs them as the user `postgres`.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ABSENT = "PostgreSQL is not installed (apt-get install postgresql)"
# Durability is for data that must survive; this data must be quick.
SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=60",
    "listen_addresses=",
)


def binaries() -> Path | None:
    """The folder with `initdb`, of the newest version that is installed; None without."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    return newest.parent if newest else None


def owner() -> pwd.struct_passwd:
    """Who runs the server: the current user, or `postgres` in place of root."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


@contextmanager
def server() -> Iterator[str]:
    """A running server; gives its DATABASE_URL. Raises FileNotFoundError without PostgreSQL."""
    programs = binaries()
    if programs is None:
        raise FileNotFoundError(ABSENT)
    who = owner()
    # A short path: that of a socket may have at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    os.chown(folder, who.pw_uid, who.pw_gid)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(programs / program), *arguments],
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            capture_output=True,
            text=True,
            check=False,
            **_as_user(who),
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")

    try:
        run(
            "initdb", "--pgdata", str(data), "--username", "portal", "--auth", "trust",
            "--encoding", "UTF8", "--no-sync",
        )  # fmt: skip
        options = " ".join(["-k", str(folder), *(f"-c {setting}" for setting in SETTINGS)])
        log = str(folder / "log")
        run("pg_ctl", "start", "--pgdata", str(data), "--wait", "--log", log, "--options", options)
        try:
            yield f"postgres://portal@/{folder}/postgres"
        finally:
            run("pg_ctl", "stop", "--pgdata", str(data), "--mode", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_user(who: pwd.struct_passwd) -> Mapping[str, object]:
    """What `subprocess` needs to become `who`; nothing when we are that user already."""
    if who.pw_uid == os.geteuid():
        return {}
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def main(command: list[str]) -> int:
    """Run `command` on PostgreSQL; the exit status is the command's."""
    try:
        with server() as url:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode
    except FileNotFoundError as absent:
        print(f"Skipped on PostgreSQL: {absent}")
        return 1 if os.environ.get("PORTAL_REQUIRE_ALL") == "1" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
