"""A process killed in the middle of a transaction leaves what was committed, and nothing else."""

import os
import signal
import sqlite3
import subprocess
import sys

from tests.store import SAME_PATH

WRITER = """
import sys
from sqlalchemy import text
from cme.store.database import transaction
from cme.store.tables import LocalAuthority
from tests.store import store_app

def authority(code):
    return LocalAuthority(code=str(code), name="Darlington", policy_pack="darlington")

with store_app(sys.argv[1]).app_context():
    with transaction() as session:
        session.add(authority(100))
    with transaction() as session:
        # More than the page cache holds, so that some of it has reached the journal.
        session.execute(text("PRAGMA cache_size = 10"))
        for code in range(200, 900):
            session.add(authority(code))
            session.flush()
        print("halfway", flush=True)
        sys.stdin.read()
"""


def test_a_killed_writer_leaves_nothing_half_done(sqlite_url: str) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, sqlite_url],
        env=SAME_PATH,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with writer:
        assert writer.stdout
        assert writer.stdout.readline() == "halfway\n"
        writer.send_signal(signal.SIGKILL)
    path = sqlite_url.removeprefix("sqlite:///")
    assert os.path.getsize(f"{path}-wal") > 0
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT code FROM local_authority").fetchall() == [("100",)]
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
