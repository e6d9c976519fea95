"""Building the demonstration: schools, people, registers week by week, and what people did about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, pairwise
from pathlib import Path

from cme import bank_holidays
from cme.access.roles import Role
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.attendance.periods import Edit, fingerprint
from cme.clock import LONDON, local_date
from cme.demo import family, lists, requests, searches
from cme.demo.acts import DONE, is_time
from cme.demo.cast import Cast
from cme.demo.files import Roll, write_long, write_roll, write_wide
from cme.demo.people import make_children
from cme.demo.stories import STORIES, WITH_AUTHORITY, Story, write_story
from cme.demo.terms import terms_around
from cme.errors import Unusable
from cme.services import accounts, calendars
from cme.services.passwords import Passwords
from cme.services.registers import approval, uploads
from cme.services.schools import add_school
from cme.services.tracing import school_links
from cme.store import cases, registers, schools
from cme.store.accounts import find_user_by_email, scope_of
from cme.store.database import db
from cme.tracing.renumbering import Link

AUTHORITY = "841"
FEWEST_DAYS = 40
"""School days of register that the stories need, however young the term is."""

FIVE_DAYS, FIVES_APART = 5, 3
"""How many school days are uploaded at a time, in the last uploads, and how many of these there are."""


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """A made-up school: number, name, size, year groups, and whether it has entered its terms."""

    laestab: str
    urn: str
    name: str
    pupils: int
    years: range
    has_calendar: bool = True
    wide: bool = True


SCHOOLS = (
    DemoSchool("8419001", "999001", "Northmoor Academy", 420, range(7, 12)),
    DemoSchool("8419002", "999002", "Beck Lane Primary School", 210, range(1, 7), wide=False),
    DemoSchool("8419003", "999003", "Skerne View Community School", 380, range(7, 12)),
    DemoSchool("8419004", "999004", "St Oswin's Church of England Primary", 180, range(1, 7), wide=False),
    DemoSchool("8419005", "999005", "Hollin Hill Primary School", 170, range(1, 7), has_calendar=False),
    DemoSchool("8419006", "999006", "Cockerton Green Junior School", 140, range(3, 7), wide=False),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can sign in: at the first school where the role is a school's."""

    email: str
    name: str
    role: Role


PEOPLE = (
    DemoPerson("office@example.org", "Sam Okoro", Role.SCHOOL_USER),
    DemoPerson("dsl@example.org", "Ruth Adeyemi", Role.DSL),
    DemoPerson("head@example.org", "Peter Lindqvist", Role.HEAD),
    DemoPerson("officer@example.org", "Carys Bowen", Role.CME_OFFICER),
    DemoPerson("frontdoor@example.org", "Imran Siddiq", Role.FRONT_DOOR),
    DemoPerson("manager@example.org", "Helen Marchetti", Role.LA_MANAGER),
    DemoPerson("admissions@example.org", "Joy Tremayne", Role.ADMISSIONS),
    DemoPerson("admin@example.org", "Dev Ranasinghe", Role.LA_ADMIN),
    DemoPerson("inspector@example.org", "Fiona Gillespie", Role.INSPECTOR),
)

INSPECTION = timedelta(days=2 * 365)
"""How long the inspector may look, who must have a last day."""

FLAGGED_APART = 30
"""One child in so many has a flag."""

FLAGGED_STORY = "second day"
"""Whoever has this story has one as well, and so a case on the first day."""

Step = Callable[[str], None]


def build(folder: Path, password: str, passwords: Passwords, *, at: datetime, step: Step) -> None:
    """Fill an empty database, through the services that people use, as of an instant.

    The register files are left in `folder`. `step` is told what is being done. Raises Unusable when the
    database holds schools already.
    """
    started_at = at - timedelta(days=200)
    terms = terms_around(local_date(at))
    for school in SCHOOLS:
        add_school(
            Scope.for_operator(schools.read_authority_ids()),
            laestab=school.laestab,
            urn=school.urn,
            name=school.name,
            periods=terms if school.has_calendar else (),
            at=started_at,
        )
    operator = Scope.for_operator(schools.read_authority_ids())
    calendars.change_authority(operator, AUTHORITY, Edit(added=terms), fingerprint(()), at=started_at)
    step("people")
    _add_people(operator, password, passwords, at=started_at)
    cast = Cast(
        lead=_scope_of("dsl@example.org", at),
        head=_scope_of("head@example.org", at),
        officer=_scope_of("officer@example.org", at),
        manager=_scope_of("manager@example.org", at),
        admissions=_scope_of("admissions@example.org", at),
    )
    calendar = SchoolCalendar(terms, bank_holidays.england())
    days = _school_days(calendar, local_date(at))
    folder.mkdir(parents=True, exist_ok=True)
    for school in SCHOOLS:
        step(school.name)
        _upload_term(school, folder, days, operator, cast)
    step("a family at two schools")
    lists.keep_lists(cast, at=_at(days[-1], time(16, 0)))
    requests.ask_us(cast, at=_at(days[-1], time(16, 15)))
    searches.look_again(cast, AUTHORITY, at=_at(days[-1], time(16, 20)))
    _renumber(days[0], at=_at(days[-1], time(16, 25)))
    elder, younger = ((school.laestab, _roll(school, days)[1]) for school in SCHOOLS[:2])
    family.move_in(operator, elder, younger, at=_at(days[-1], time(16, 30)))


def _renumber(on: date, *, at: datetime) -> None:
    """Let the authority's administrator record that a school has another number since a day."""
    admin = _scope_of("admin@example.org", at)
    authority = schools.find_authority(admin, AUTHORITY)
    if authority is None:
        raise LookupError("the administrator has just been added")
    db.session.rollback()
    school = SCHOOLS[1]
    link = Link(f"{AUTHORITY}/2417", f"{AUTHORITY}/{school.laestab[3:]}", school.name, on)
    if wrong := school_links.add(admin, authority, link, at=at):
        raise Unusable(f"The demonstration cannot be made: {' '.join(wrong.values())}")


def is_whole(scope: Scope) -> bool:
    """Whether the demonstration was built to its end: its last school has registers."""
    last = schools.find_school(scope, SCHOOLS[-1].laestab)
    return last is not None and registers.last_register_on(scope, last.id) is not None


def _add_people(operator: Scope, password: str, passwords: Passwords, *, at: datetime) -> None:
    school = schools.find_school(operator, SCHOOLS[0].laestab)
    if school is None:
        raise LookupError("the first school has just been added")
    school_id, authority_id = school.id, school.authority_id
    at_school = {Role.SCHOOL_USER, Role.DSL, Role.HEAD}
    for person in PEOPLE:
        accounts.add_user(
            operator,
            email=person.email,
            name=person.name,
            role=person.role,
            authority_id=authority_id,
            school_id=school_id if person.role in at_school else None,
            expires_on=local_date(at) + INSPECTION if person.role is Role.INSPECTOR else None,
            password=password,
            passwords=passwords,
            at=at,
        )
    # The other schools' leads act in the stories and are not among the sign-ins: one person covers them.
    for other in SCHOOLS[1:]:
        found = schools.find_school(operator, other.laestab)
        if found is not None:
            accounts.add_user(
                operator,
                email="cover@example.org",
                name="Marta Kovacs",
                role=Role.DSL,
                authority_id=authority_id,
                school_id=found.id,
                password=password,
                passwords=passwords,
                at=at,
            )


def _scope_of(email: str, at: datetime) -> Scope:
    user = find_user_by_email(email)
    if user is None:
        raise LookupError("everybody has just been added")
    return scope_of(user, local_date(at))


def _school_days(calendar: SchoolCalendar, today: date) -> list[date]:
    """The school days of this term before today, and as many before them as the stories need."""
    term = max(
        (p.first_on for p in calendar.periods if p.kind == "term" and p.first_on < today), default=today
    )
    found: list[date] = []
    day = today - timedelta(days=1)
    while day >= term or len(found) < FEWEST_DAYS:
        if calendar.is_school_day(day):
            found.append(day)
        day -= timedelta(days=1)
    return found[::-1]


def _upload_term(school: DemoSchool, folder: Path, days: list[date], operator: Scope, cast: Cast) -> None:
    """Upload a school's registers in the order in which they would have come, and act on them."""
    roll, stories = _roll(school, days)
    for number, part in enumerate(_parts(days), start=1):
        uploaded_at = _at(part[-1], time(15, 45))
        if school is SCHOOLS[0] and part[-1] == days[-1]:
            _upload_roll(school, folder, roll, stories, operator, at=_at(part[-1], time(8, 30)))
        content = write_wide(school.name, roll, part) if school.wide else write_long(roll, part)
        name = f"{school.laestab}-{number:02d}.{'xlsx' if school.wide else 'csv'}"
        (folder / name).write_bytes(content)
        import_id = uploads.receive(operator, school.laestab, [(name, content)], at=uploaded_at)
        approval.approve(operator, import_id, at=uploaded_at, confirmed=[approval.FIRST_UPLOAD])
        if school is not SCHOOLS[0]:
            cast = replace(cast, lead=_scope_of("cover@example.org", uploaded_at))
        _act(school, stories, cast, after=uploaded_at, last=part[-1] == days[-1])


def _upload_roll(
    school: DemoSchool, folder: Path, roll: Roll, stories: dict[str, Story], operator: Scope, *, at: datetime
) -> None:
    """Upload a school's homes, contacts and flags; one child who is absent since yesterday has a flag."""
    absent = {upn for upn, story in stories.items() if story.name == FLAGGED_STORY}
    children = [child for child, _ in roll]
    name = f"{school.laestab}-roll.csv"
    content = write_roll(children, absent | {child.upn for child in children[::FLAGGED_APART]})
    (folder / name).write_bytes(content)
    import_id = uploads.receive(operator, school.laestab, [(name, content)], at=at)
    approval.approve(operator, import_id, at=at)


def _roll(school: DemoSchool, days: Sequence[date]) -> tuple[Roll, dict[str, Story]]:
    children = make_children(school.laestab, school.pupils, school.years, days[-1])
    shown = STORIES if school is SCHOOLS[0] else STORIES[len(school.name) % 4 :: 3]
    apart = len(children) // len(shown)
    told = {child.upn: story for child, story in zip(children[3::apart], shown, strict=False)}
    if school is SCHOOLS[0]:
        # Not the oldest: from July on they are above the age at which absence can end a place on the roll.
        others = [
            child for child in children if child.upn not in told and child.year_group < school.years[-1]
        ]
        told |= {child.upn: story for child, story in zip(others[8::apart], WITH_AUTHORITY, strict=False)}
    return [(child, write_story(child, told.get(child.upn), days)) for child in children], told


def _parts(days: Sequence[date]) -> list[Sequence[date]]:
    """The term so far in one upload, then the last days five by five: the same on whatever day it is made."""
    starts = [0, *(len(days) - FIVE_DAYS * back for back in range(FIVES_APART, 0, -1)), len(days)]
    return [days[start:end] for start, end in pairwise(starts)]


def _at(on: date, hour: time) -> datetime:
    return datetime.combine(on, hour, LONDON).astimezone(UTC)


def _act(school: DemoSchool, stories: dict[str, Story], cast: Cast, *, after: datetime, last: bool) -> None:
    """Let people do what each story says, each case at most as far as it stands now, one after the other."""
    found = schools.find_school(cast.lead, school.laestab)
    if found is None:
        return
    instants = (after + timedelta(minutes=minutes) for minutes in count(5, 3))
    waiting = [
        (case.reference, act)
        for case in cases.list_school_cases(cast.lead, found.id)
        if (upn := case.registration.pupil.upn) in stories
        for act in stories[upn].acts
        if is_time(case, act, last=last)
    ]
    db.session.rollback()
    for reference, act in waiting:
        DONE[act](reference, cast, instants)
