"""Approving a school's week through the services, and recounting an authority's database, on both kinds."""

import statistics
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.installation import keep_what_is_loaded
from cme.services import absence
from cme.services.registers import approval, checking, uploads
from cme.services.schools import add_school
from cme.store import schools
from cme.store.database import db, read_only, transaction
from cme.store.tables import Pupil, RegisterLine, Registration
from tests.benchmarks.registers import LAESTAB, make_lines, school_days, write_register
from tests.postgres import create_database, running_server
from tests.store import close, prepare, store_app

PUPILS, WEEKS = 1600, 4
MANY, SCHOOLS = 200_000, 200
AT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def report(folder: Path) -> None:
    """Print what approving a week of 1,600 pupils and recounting 200,000 cost on each database."""
    with running_server() as server:
        postgresql = create_database(server, "cme_benchmark").render_as_string(hide_password=False)
        for kind, url in (("SQLite", f"sqlite:///{folder / 'cme.db'}"), ("PostgreSQL", postgresql)):
            prepare(url)
            app = store_app(url)
            # As each process of the server does.
            keep_what_is_loaded()
            with app.app_context():
                _approve(kind, folder)
                _recount()
            close(app)


def _approve(kind: str, folder: Path) -> None:
    operator = Scope.for_operator(())
    add_school(operator, laestab=LAESTAB, urn="999001", name="Northmoor Academy", at=AT)
    operator = Scope.for_operator(schools.read_authority_ids())
    checks: list[float] = []
    approvals: list[float] = []
    for week in range(WEEKS):
        monday = date(2026, 10, 26) + timedelta(weeks=week)
        path = write_register(folder, f"week-{week}.xlsx", PUPILS, school_days(monday, 5))
        started = time.perf_counter()
        import_id = uploads.receive(operator, LAESTAB, [(path.name, path.read_bytes())], at=AT)
        checking.check(operator, import_id, at=AT)
        checked = time.perf_counter()
        approval.approve(operator, import_id, at=AT, confirmed=[approval.FIRST_UPLOAD])
        checks.append(checked - started)
        approvals.append(time.perf_counter() - checked)
    print(f"{kind}: a week of 1,600 pupils, 16,000 marks")
    print(
        f"  received and checked in {statistics.median(checks):.2f} s; approved (marks, runs and cases in "
        f"one transaction) in {statistics.median(approvals[1:]):.2f} s; the first, with 1,600 new pupils, "
        f"{approvals[0]:.2f} s; from upload to receipt {_whole(checks, approvals):.2f} s"
    )


def _whole(checks: list[float], approvals: list[float]) -> float:
    """The median of a week from upload to receipt, without the first, which enters every pupil."""
    return statistics.median(map(sum, zip(checks[1:], approvals[1:], strict=True)))


def _recount() -> None:
    """Fill the database with an authority of 200 schools, then count all of it from the stored lines."""
    operator = Scope.for_operator(schools.read_authority_ids())
    for number in range(SCHOOLS):
        name = f"School {number:03d}"
        add_school(operator, laestab=f"841{5000 + number}", urn=str(200_000 + number), name=name, at=AT)
    found = [one for one in schools.list_schools(operator) if one.laestab != LAESTAB]
    each = MANY // SCHOOLS
    numbers = [(school.id, school.laestab) for school in found]
    for school_id, _ in numbers:
        _fill(school_id, each)
    for wanted, label in ((False, "writing every standing"), (False, "nothing drifted"), (True, "dry run")):
        started = time.perf_counter()
        drifted = sum(
            absence.recount(operator, laestab, at=AT, dry_run=wanted).drifted for _, laestab in numbers
        )
        seconds = time.perf_counter() - started
        print(
            f"  recount of {MANY:,} stored pupils, one process, {label}: {seconds:.1f} s, {drifted:,} drifted"
        )
    read_only()
    assert schools.list_schools(operator, Permission.SEE_PUPIL)
    print()


def _fill(school_id: int, pupils: int) -> None:
    with transaction() as session:
        made = [Pupil(surname=f"Surname {n}", forename="Alex", created_at=AT) for n in range(pupils)]
        session.add_all(made)
        session.flush()
        placed = [Registration(pupil_id=one.id, school_id=school_id, created_at=AT) for one in made]
        session.add_all(placed)
        session.flush()
        session.execute(
            RegisterLine.__table__.insert(),
            [
                {"registration_id": one.id, "year": year, "marks": marks, "version": 1}
                for one, lines in zip(placed, make_lines(pupils), strict=True)
                for year, marks in lines.items()
            ],
        )
    db.session.remove()
