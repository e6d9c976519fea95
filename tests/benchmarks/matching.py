"""Other authorities' requests matched on a database as an authority grows, and searching each import."""

import gc
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import create_engine, insert

from cme.access.scope import Scope
from cme.identity.searching import Child, keys_of
from cme.installation import keep_what_is_loaded
from cme.services.registers import approval, checking, uploads
from cme.services.schools import add_school
from cme.services.tracing import matches, searching
from cme.store import schools
from cme.store.database import db, transaction
from cme.store.tables import CmeSpell, Pupil, Registration, SearchKey
from tests.benchmarks import measure
from tests.benchmarks.registers import school_days, write_register
from tests.benchmarks.searching import Row, child_of, make_requests, make_rows
from tests.store import close, prepare, statements, store_app

PUPILS, REQUESTS, TIMES = (20_000, 200_000, 1_000_000), 200, 3
MOST_SECONDS, AIMED_AT = 2.0, 200_000
SCHOOLS, AT_ONCE = 200, 10_000
WEEKLY, LOOKED_FOR = 1600, 2000
AT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def report(folder: Path) -> None:
    """Print the time of 200 requests at each size, and the memory of the command that matches them."""
    print(f"{REQUESTS} requests through SQLite, looked up by keys and judged; median of {TIMES}")
    before = 0.0
    for pupils in PUPILS:
        before = _measure(folder / f"matching-{pupils}.db", pupils, before)
    print()


def _measure(path: Path, pupils: int, before: float) -> float:
    chance = random.Random(pupils)
    rows = list(make_rows(pupils, chance))
    requests = list(make_requests(rows, REQUESTS, chance))
    url = f"sqlite:///{path}"
    prepare(url)
    app = store_app(url)
    keep_what_is_loaded()
    started = time.perf_counter()
    with app.app_context():
        _fill(url, rows)
    filled = time.perf_counter() - started
    del rows
    gc.collect()
    took: list[float] = []
    with app.app_context(), statements(app) as asked:
        scope = Scope.for_operator(schools.read_authority_ids())
        for _ in range(TIMES):
            asked.clear()
            started = time.perf_counter()
            found = searching.find(scope, requests)
            took.append(time.perf_counter() - started)
            db.session.rollback()
        queries = len(asked)
        if pupils == AIMED_AT:
            imports = _import_weeks(path.parent, pupils)
    close(app)
    (path.parent / "requests.csv").write_text("\n".join(_lines(requests)), encoding="utf-8")
    command = measure.cme("trace", "match", path.parent / "requests.csv", "--json")
    settings = (f"CME_DATABASE_URL={url}", "CME_ORGANISATION_NAME=Benchmark")
    whole = measure.run(["env", *settings, *command])
    seconds = statistics.median(took)
    grown = f", {seconds / before:.1f} times" if before else ""
    said = "  TOO SLOW" if pupils == AIMED_AT and seconds > MOST_SECONDS else ""
    print(
        f"  {pupils:9,} pupils: {seconds:5.2f} s{grown}; {queries} queries, "
        f"{sum(map(bool, found))} found; cme trace match {whole.seconds:.1f} s, "
        f"{whole.peak_bytes / 1e6:.0f} MB (database filled in {filled:.0f} s){said}"
    )
    if pupils == AIMED_AT:
        print(imports)
    path.unlink()
    return seconds


def _fill(url: str, rows: Sequence[Row]) -> None:
    """Pupils on the rolls of 200 schools, straight into the tables; the index of keys is made at the end."""
    for number in range(SCHOOLS):
        _add_school(f"841{5000 + number}", 200_000 + number)
    found = [each.id for each in schools.list_schools(Scope.for_operator(schools.read_authority_ids()))]
    db.session.remove()
    # The product changes no schema while it serves, so the index is taken off and made past it.
    engine = create_engine(url)
    with engine.begin() as connection:
        index = next(each for each in SearchKey.__table__.indexes if each.name == "ix_search_key_key")
        index.drop(connection)
        for start in range(0, len(rows), AT_ONCE):
            some = list(enumerate(rows[start : start + AT_ONCE], start=start + 1))
            connection.execute(insert(Pupil.__table__), [_pupil(*each) for each in some])
            connection.execute(
                insert(Registration.__table__),
                [
                    {"id": n, "pupil_id": n, "school_id": found[n % SCHOOLS], "created_at": AT}
                    for n, _ in some
                ],
            )
            connection.execute(
                insert(SearchKey.__table__),
                [
                    {"pupil_id": n, "key": key}
                    for n, row in some
                    for key in sorted(keys_of(child_of(row).identity))
                ],
            )
        index.create(connection)
    engine.dispose()


def _add_school(laestab: str, urn: int, name: str = "") -> None:
    operator = Scope.for_operator(schools.read_authority_ids())
    add_school(operator, laestab=laestab, urn=str(urn), name=name or f"School {laestab}", at=AT)


def _pupil(number: int, row: Row) -> dict[str, object]:
    one = child_of(row).identity
    return {
        "id": number,
        "upn": one.upns[0],
        "surname": one.surname,
        "forename": one.forename,
        "born_on": one.born_on,
        "created_at": AT,
    }


def _lines(requests: Sequence[Child]) -> Iterator[str]:
    """The requests as a list that is uploaded."""
    yield "Our reference,Surname,Forename,Date of birth,UPN"
    for number, each in enumerate(requests):
        one = each.identity
        born = f"{one.born_on:%d/%m/%Y}" if one.born_on else ""
        yield f"TR-{number},{one.surname},{one.forename},{born},{''.join(one.upns)}"


def _import_weeks(folder: Path, pupils: int) -> str:
    """Two weeks of schools of 1,600, in turn with the search for 2,000 other children and without."""
    operator = Scope.for_operator(schools.read_authority_ids())
    authority_id = min(schools.read_authority_ids())
    with transaction() as session:
        session.execute(
            insert(CmeSpell.__table__),
            [
                {
                    "authority_id": authority_id,
                    "pupil_id": number * (pupils // LOOKED_FOR) + 1,
                    "created_at": AT,
                    "created_by": "Benchmark",
                    "version": 1,
                }
                for number in range(LOOKED_FOR)
            ],
        )
    took: dict[tuple[bool, int], list[float]] = {}
    for turn in range(2 * TIMES):
        laestab, is_searched = f"841{6000 + turn}", turn % 2 == 0
        _add_school(laestab, 300_000 + turn, "Northmoor Academy")
        for week in range(2):
            days = school_days(date(2026, 11, 9) + timedelta(weeks=week), 5)
            file = write_register(folder, f"{laestab}-{week}.xlsx", WEEKLY, days, laestab)
            import_id = uploads.receive(operator, laestab, [(file.name, file.read_bytes())], at=AT)
            checking.check(operator, import_id, at=AT)
            with patch.object(
                matches, "search_register", matches.search_register if is_searched else _no_search
            ):
                started = time.perf_counter()
                approval.approve(operator, import_id, at=AT, confirmed=[approval.FIRST_UPLOAD])
                took.setdefault((is_searched, week), []).append(time.perf_counter() - started)
    return "\n".join(
        f"            {name} of {WEEKLY:,} approved in {statistics.median(took[True, week]):.2f} s searched, "
        f"{statistics.median(took[False, week]):.2f} s not: "
        f"{statistics.median(took[True, week]) / statistics.median(took[False, week]):.2f} times"
        for week, name in enumerate(("first week", "next week"))
    )


def _no_search(*_given: object, **_named: object) -> int:
    return 0
