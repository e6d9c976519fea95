"""A PostgreSQL server for the tests: the one that CME_TEST_DATABASE_URL names, or a temporary one.

The temporary one is made from the distribution's binaries. `initdb` refuses root, so root becomes postgres.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from tests.memory import memory

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=50"


class NoServer(Exception):
    """There is no PostgreSQL to test against; the message says what is missing."""


@contextmanager
def running_server() -> Iterator[URL]:
    """The address of a server on which databases may be created. Raises NoServer."""
    if given := os.environ.get("CME_TEST_DATABASE_URL"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="cme-postgres-", dir=memory()))
    try:
        as_owner = []
        if os.geteuid() == 0:
            account = _account("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            as_owner = ["runuser", "-u", "postgres", "--"]

        def run(program: str, *arguments: str) -> None:
            # Output goes to a file: the server inherits it, and a pipe would stay open with the server.
            path = folder / "commands.log"
            with path.open("ab") as log:
                ended = subprocess.run(
                    [*as_owner, str(binaries / program), *arguments],
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    check=False,
                )
            if ended.returncode:
                raise RuntimeError(f"{program} failed: {path.read_text()[-2000:]}")

        data = str(folder / "data")
        run("initdb", "-D", data, "-U", "cme", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        port = _free_port()
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} {FAST}"
        run("pg_ctl", "-D", data, "-w", "-o", settings, "-l", str(folder / "server.log"), "start")
        try:
            yield URL.create(
                "postgresql+psycopg", username="cme", host="127.0.0.1", port=port, database="postgres"
            )
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def create_database(server: URL, name: str, *, template: str = "template1") -> URL:
    """Make a database, a copy of another that nobody is connected to, and return its address."""
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return server.set(database=name)


def drop_database(server: URL, name: str) -> None:
    """Remove a database, ending what is still connected to it."""
    _administer(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _administer(server: URL, statement: str) -> None:
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def _binaries() -> Path:
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3])
    )
    if not installed:
        raise NoServer("PostgreSQL is not installed and CME_TEST_DATABASE_URL is not set")
    return installed[-1].parent


def _account(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        raise NoServer("PostgreSQL does not run as root and there is no postgres account") from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
