"""The family of a child in an authority of 200,000 pupils: looking for it, the case page and the queue."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.attendance.lines import BLANK
from cme.services.schools import add_school
from cme.services.tracing.siblings import absent_siblings, siblings_of
from cme.store import schools, search_keys
from cme.store.database import db, transaction
from cme.store.tables import Case, CaseEvent, Contact, Pupil, RegisterLine, Registration
from tests.people import Person, World, web_app
from tests.postgres import create_database, running_server
from tests.store import close, prepare, statements

PUPILS, SCHOOLS, AT_ONCE, ROUNDS = 200_000, 200, 10_000, 9
FAMILY, ABSENT, OFFICE = 4, 40, 20
"""Children of one home; one of how many has a case; who comes that far after has an office's phone too."""

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
MOST_SECONDS, MOST_QUERIES = 0.3, 12


def report(folder: Path) -> None:
    """Print what a family costs to find, and the pages, whole, on each database."""
    print(f"Families among {PUPILS:,} pupils, {PUPILS // ABSENT:,} of them absent with an open case")
    with running_server() as server:
        postgresql = create_database(server, "cme_families").render_as_string(hide_password=False)
        for kind, url in (("SQLite", f"sqlite:///{folder / 'families.db'}"), ("PostgreSQL", postgresql)):
            prepare(url)
            app = web_app(url, Path(tempfile.mkdtemp(dir=folder)))
            world = World(app)
            officer = world.person(Role.CME_OFFICER)
            with app.app_context():
                _fill(world)
            with Path(os.devnull).open("w") as nowhere, redirect_stderr(nowhere):
                _measure_all(kind, world, officer)
            close(app)
    print()


def _measure_all(kind: str, world: World, officer: Person) -> None:
    scope = Scope(
        officer.user_id, "Officer", frozenset({Grant(Role.CME_OFFICER, world.northmoor.authority_id)})
    )
    page, own = officer.client, ABSENT
    case = f"/cases/CME-26-{own:06}"
    asked: tuple[tuple[str, Callable[[], object]], ...] = (
        ("siblings of", lambda: _within(world, siblings_of, scope, own)),
        ("siblings of one with an office's phone", lambda: _within(world, siblings_of, scope, own + OFFICE)),
        ("absent siblings of", lambda: _within(world, absent_siblings, scope, own)),
        ("queue", lambda: page.get("/queue")),
        ("case page", lambda: page.get(case)),
        ("family page", lambda: page.get(f"{case}/family")),
    )
    for name, ask in asked:
        _measure(f"{kind}, {name}", world, ask, MOST_QUERIES if name == "queue" else None)


def _measure(name: str, world: World, ask: Callable[[], object], most: int | None = None) -> None:
    times = []
    for _ in range(ROUNDS):
        with statements(world.app) as asked:
            started = time.perf_counter()
            ask()
            times.append(time.perf_counter() - started)
    queries = sum(each.lstrip().upper().startswith("SELECT") for each in asked)
    slow = sorted(times)[-2]
    said = "  TOO SLOW" if slow > MOST_SECONDS or (most and queries > most) else ""
    print(
        f"  {name}: {statistics.median(times) * 1000:.0f} ms (slow ones {slow * 1000:.0f}), "
        f"{queries} queries{said}"
    )


def _within(world: World, ask: Callable[[Scope, int], object], scope: Scope, registration_id: int) -> None:
    with world.app.app_context():
        ask(scope, registration_id)


def _fill(world: World) -> None:
    """Families of four, each in schools of its own, straight into the tables; keys are made as on upgrade."""
    operator = Scope.for_operator(schools.read_authority_ids())
    for number in range(SCHOOLS):
        add_school(operator, laestab=f"841{5000 + number}", urn=str(200_000 + number), name="School", at=AT)
    found = [one.id for one in schools.list_schools(operator) if one.laestab.startswith("8415")]
    marks = ("/" * 100).ljust(len(BLANK), ".")
    with transaction() as session:
        for start in range(1, PUPILS + 1, AT_ONCE):
            some = range(start, start + AT_ONCE)
            session.execute(insert(Pupil), [_pupil(n) for n in some])
            session.execute(insert(Registration), [_registration(n, found[n % len(found)]) for n in some])
            session.execute(insert(Contact), [each for n in some for each in _contacts(n)])
            lines = [{"registration_id": n, "year": 2026, "marks": marks} for n in some]
            session.execute(insert(RegisterLine), lines)
        absent = range(ABSENT, PUPILS + 1, ABSENT)
        session.execute(insert(Case), [_case(world, n, found[n % len(found)]) for n in absent])
        session.execute(insert(CaseEvent), [_event(n) for n in absent])
    started = time.perf_counter()
    with transaction():
        search_keys.rebuild()
    print(f"  all keys made in {time.perf_counter() - started:.0f} s")
    db.session.remove()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _pupil(n: int) -> dict[str, object]:
    home = {"house": str(n // FAMILY), "street": "High Street", "postcode": f"QZ{n // 4000} 9ZQ"}
    return {"id": n, "surname": f"Wren {n}", "forename": f"Lea {n}", "sex": "F", "created_at": AT, **home}


def _contacts(n: int) -> list[dict[str, object]]:
    """A parent and a grandparent; some have an office's number too, which the whole authority has."""
    phones = [f"07700 {n // FAMILY:06}", f"07701 {n:06}", *(["01632 960000"] if n % ABSENT == OFFICE else [])]
    return [
        {
            "pupil_id": n,
            "position": position,
            "name": "Pat Wren",
            "phone": phone,
            "email": "",
            "created_at": AT,
        }
        for position, phone in enumerate(phones, 1)
    ]


def _registration(n: int, school_id: int) -> dict[str, object]:
    run = 12 if n % ABSENT < 2 else 0
    since = {"return_run": run, "run_started_on": TODAY - timedelta(days=16) if run else None}
    return {"id": n, "pupil_id": n, "school_id": school_id, "created_at": AT, **since}


def _case(world: World, n: int, school_id: int) -> dict[str, object]:
    return {
        "id": n,
        "reference": f"CME-26-{n:06}",
        "authority_id": world.northmoor.authority_id,
        "school_id": school_id,
        "registration_id": n,
        "stage": "referred",
        "overlays": [],
        "policy_pack": "darlington",
        "policy_version": "1",
        "opened_at": AT,
        "stage_since_at": AT,
        "authority_due_on": TODAY + timedelta(days=n % 60 - 20),
        "authority_due_what": "Give the school a first result",
        "risk": n % 3,
        "touched_on": TODAY,
        "referred_at": AT - timedelta(minutes=n),
        "version": 1,
    }


def _event(n: int) -> dict[str, object]:
    return {
        "case_id": n,
        "seq": 1,
        "kind": "case.opened",
        "at": AT,
        "by": "x",
        "role": "x",
        "data": {"stage": "referred", "pack": "darlington", "version": "1"},
    }
