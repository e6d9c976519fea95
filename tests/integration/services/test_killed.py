"""A process killed while it approves leaves the whole upload or none of it (I1, I2, I14)."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import func, select

from cme.services.registers import approval
from cme.store import audit
from cme.store.database import db
from cme.store.tables import Case, MarkChange, RegisterImport, RegisterLine, Registration
from tests.integration.services.office import (
    EVERY_GATE,
    Office,
    after_school,
    days_from,
    on_both,
    write_register,
)
from tests.store import SAME_PATH

WEEK = days_from(date(2026, 10, 12), 5)
AT = after_school(WEEK[-1])
PUPILS = 150
DELAYS = (0.05, 0.2, 0.4, 0.8)
"""Seconds after which the writer is killed; it needs about half a second."""

APPROVER = """
import os
import sys
from datetime import datetime
from cme.services.registers import approval
from tests.integration.services.office import EVERY_GATE, Office
from tests.store import store_app

url, laestab, school_id, authority_id, upload_id, at = sys.argv[1:]
for _ in sys.stdin:
    # To load the product takes longer than to approve: every writer comes from one process that has done so.
    if writer := os.fork():
        os.waitpid(writer, 0)
        print("over", flush=True)
        continue
    app = store_app(url)
    with app.app_context():
        office = Office(app, laestab, int(school_id), int(authority_id))
        print(os.getpid(), flush=True)
        approval.approve(office.dsl, int(upload_id), at=datetime.fromisoformat(at), confirmed=EVERY_GATE)
        print("done", flush=True)
    os._exit(0)
"""


def stored() -> tuple[int, ...]:
    """Rows that only an approval writes."""
    db.session.rollback()
    tables = (Registration, RegisterLine, MarkChange, Case)
    return tuple(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


@pytest.mark.slow
@on_both
def test_i1_i2_i14_killed_at_any_moment_it_is_the_whole_upload_or_none(
    office: Office, database_url: str
) -> None:
    register = {f"Birch, Ada{number}": "PPOOO" for number in range(PUPILS)}
    whole = (PUPILS, PUPILS, PUPILS, PUPILS)
    upload_id = office.receive(write_register(WEEK, register), at=AT)
    db.session.rollback()
    ids = [str(each) for each in (office.school_id, office.authority_id, upload_id)]
    script = [sys.executable, "-c", APPROVER, database_url, office.laestab, *ids, AT.isoformat()]
    with subprocess.Popen(
        script, env=SAME_PATH, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writers:
        assert writers.stdin is not None
        assert writers.stdout is not None
        for delay in DELAYS:
            print("another", file=writers.stdin, flush=True)
            writer = int(writers.stdout.readline())
            time.sleep(delay)
            with suppress(ProcessLookupError):
                os.kill(writer, signal.SIGKILL)
            acknowledged = (ended := writers.stdout.readline()) == "done\n"
            assert (writers.stdout.readline() if acknowledged else ended) == "over\n"
            db.session.rollback()
            status = db.session.scalar(select(RegisterImport.status).where(RegisterImport.id == upload_id))
            assert (status, stored()) in [("checked", (0, 0, 0, 0)), ("approved", whole)]
            assert status == "approved" or not acknowledged
            assert audit.verify().ok
            if status == "approved":
                break
        else:
            # Whatever was interrupted can simply be done again.
            approval.approve(office.dsl, upload_id, at=AT, confirmed=EVERY_GATE)
            assert stored() == whole
        writers.stdin.close()
