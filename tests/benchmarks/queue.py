"""The queue of an authority with 5,000 open cases: its first page, a page far into it, and each view."""

import os
import statistics
import tempfile
import time
from contextlib import redirect_stderr
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from cme.access.roles import Role
from cme.store.database import db, transaction
from cme.store.tables import Case, CaseEvent, Pupil, Registration
from tests.people import World, web_app
from tests.postgres import create_database, running_server
from tests.store import close, prepare, statements
from tests.webclient import WebClient

CASES, ROUNDS = 5000, 15
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
MOST_SECONDS, MOST_QUERIES = 0.3, 12


def report(folder: Path) -> None:
    """Print how long a page of the queue takes, whole, and how many queries it asks, on each database."""
    print(f"The queue of {CASES:,} open cases, a page of 25; at most {MOST_SECONDS * 1000:.0f} ms")
    with running_server() as server:
        postgresql = create_database(server, "cme_queue").render_as_string(hide_password=False)
        for kind, url in (("SQLite", f"sqlite:///{folder / 'queue.db'}"), ("PostgreSQL", postgresql)):
            prepare(url)
            app = web_app(url, Path(tempfile.mkdtemp(dir=folder)))
            world = World(app)
            officer = world.person(Role.CME_OFFICER)
            _fill(world, officer.user_id)
            with Path(os.devnull).open("w") as nowhere, redirect_stderr(nowhere):
                _measure_pages(kind, officer.client)
            close(app)
    print()


def _measure_pages(kind: str, client: WebClient) -> None:
    for name, address in (
        ("first page", "/queue"),
        ("page 40", _far_page(client)),
        ("overdue", "/queue?view=overdue"),
        ("longest run first", "/queue?sort=run&order=descending"),
        ("nobody has acted", "/queue/nobody-acted"),
    ):
        _measure(f"{kind}, {name}", client, address)


def _measure(name: str, client: WebClient, address: str) -> None:
    client.flask.get(address, base_url="https://localhost")
    with statements(client.app) as asked:
        client.flask.get(address, base_url="https://localhost")
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        page = client.flask.get(address, base_url="https://localhost")
        times.append(time.perf_counter() - started)
        assert page.status_code == 200
    median, slow = statistics.median(times), sorted(times)[-2]
    queries = sum(statement.lstrip().upper().startswith("SELECT") for statement in asked)
    said = "" if slow <= MOST_SECONDS and queries <= MOST_QUERIES else "  TOO SLOW"
    print(f"  {name}: {median * 1000:.0f} ms (slow ones {slow * 1000:.0f}), {queries} queries{said}")


def _far_page(client: WebClient) -> str:
    """The address of the fortieth page, as somebody would come to it."""
    address = "/queue"
    for _ in range(39):
        links = client.get(address).links
        address = links["Next page"]
    return address


def _fill(world: World, officer_id: int) -> None:
    """5,000 referred children and as many absent ones, over two schools, in every state of the queue."""
    with world.app.app_context(), transaction() as session:
        pupils = [
            {"id": n, "surname": f"Wren {n}", "forename": "Lea", "sex": "F", "created_at": AT}
            for n in range(1, 2 * CASES + 1)
        ]
        session.execute(insert(Pupil), pupils)
        session.execute(
            insert(Registration),
            [
                {
                    "id": n,
                    "pupil_id": n,
                    "school_id": (world.school_a if n % 2 else world.school_b).school_id,
                    "return_run": n % 25,
                    "run_started_on": TODAY - timedelta(days=n % 40),
                    "created_at": AT,
                }
                for n in range(1, 2 * CASES + 1)
            ],
        )
        session.execute(insert(Case), [_case(world, n, officer_id) for n in range(1, CASES + 1)])
        session.execute(
            insert(CaseEvent),
            [
                {"case_id": n, "seq": seq, "kind": kind, "at": AT, "by": "x", "role": "x", "data": {}}
                for n in range(1, CASES + 1)
                for seq, kind in enumerate(("case.opened", "referral.sent", "referral.acknowledged"), 1)
            ],
        )
    with world.app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _case(world: World, n: int, officer_id: int) -> dict[str, object]:
    place = world.school_a if n % 2 else world.school_b
    return {
        "id": n,
        "reference": f"CME-26-{n:04}",
        "authority_id": place.authority_id,
        "school_id": place.school_id,
        "registration_id": n,
        "stage": ("referred", "returned", "la_enquiries", "joint_review", "trace")[n % 5],
        "overlays": [],
        "policy_pack": "darlington",
        "policy_version": "1",
        "opened_at": AT,
        "stage_since_at": AT,
        "authority_due_on": TODAY + timedelta(days=n % 60 - 20) if n % 7 else None,
        "authority_due_what": "Give the school a first result",
        "officer_id": officer_id if n % 3 else None,
        "risk": n % 3,
        "touched_on": TODAY - timedelta(days=n % 20),
        "referred_at": AT - timedelta(hours=n),
        "version": 1,
    }
