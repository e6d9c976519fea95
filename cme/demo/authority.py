"""Building the demonstration: schools, people, registers week by week, and what people did about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, pairwise
from pathlib import Path

from cme import bank_holidays
from cme.access.roles import Role
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.attendance.periods import Edit, fingerprint
from cme.casework.case import Action, Entry, ReviewDecision, Stage
from cme.casework.review import ANSWERED_KINDS, Answer, Finding, Rating, Review, indicators_of
from cme.clock import LONDON, local_date
from cme.demo.enquiries import enquiries_of_a_day
from cme.demo.files import Roll, write_long, write_roll, write_wide
from cme.demo.people import make_children
from cme.demo.referral import REFERRAL, WITHOUT_ENQUIRIES
from cme.demo.stories import STORIES, Story, write_story
from cme.demo.terms import terms_around
from cme.services import accounts, approval, calendars, casework, enquiries, referrals, uploads
from cme.services.passwords import Passwords
from cme.services.schools import add_school
from cme.store import cases, registers, schools
from cme.store.accounts import find_user_by_email, scope_of
from cme.store.database import db
from cme.store.tables import Case

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
    dsl, officer = _scope_of("dsl@example.org", at), _scope_of("officer@example.org", at)
    calendar = SchoolCalendar(terms, bank_holidays.england())
    days = _school_days(calendar, local_date(at))
    folder.mkdir(parents=True, exist_ok=True)
    for school in SCHOOLS:
        step(school.name)
        _upload_term(school, folder, days, operator, dsl, officer)


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


def _upload_term(
    school: DemoSchool, folder: Path, days: list[date], operator: Scope, dsl: Scope, officer: Scope
) -> None:
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
        lead = dsl if school is SCHOOLS[0] else _scope_of("cover@example.org", uploaded_at)
        _act(school, stories, lead, officer, after=uploaded_at, last=part[-1] == days[-1])


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
    return [(child, write_story(child, told.get(child.upn), days)) for child in children], told


def _parts(days: Sequence[date]) -> list[Sequence[date]]:
    """The term so far in one upload, then the last days five by five: the same on whatever day it is made."""
    starts = [0, *(len(days) - FIVE_DAYS * back for back in range(FIVES_APART, 0, -1)), len(days)]
    return [days[start:end] for start, end in pairwise(starts)]


def _at(on: date, hour: time) -> datetime:
    return datetime.combine(on, hour, LONDON).astimezone(UTC)


def _act(
    school: DemoSchool, stories: dict[str, Story], lead: Scope, officer: Scope, *, after: datetime, last: bool
) -> None:
    """Let the DSL and the officer do what each story says, at most an act a week and case, in order."""
    found = schools.find_school(lead, school.laestab)
    if found is None:
        return
    minutes = count(5, 3)
    waiting = [
        (case.reference, act)
        for case in cases.list_school_cases(lead, found.id)
        if (upn := case.registration.pupil.upn) in stories
        for act in stories[upn].acts
        if _is_time(case, act, last=last)
    ]
    db.session.rollback()
    for reference, act in waiting:
        _DONE[act](reference, lead, officer, after + timedelta(minutes=next(minutes)))


def _is_time(case: Case, act: str, *, last: bool) -> bool:
    """Whether the people of the story would do it now: in order, and each thing once."""
    state = cases.state_of(case)
    match act:
        case "review":
            return state.reviewed_on is None
        case "enquire":
            return state.enquired_on is None
        case "refer" | "decline":
            return state.referral_sent_on is None and case.stage == Stage.REFERRAL_DRAFT
        case "acknowledge":
            return state.acknowledged_on is None and state.referral_sent_on is not None
        case "ask":
            return last and state.referral_sent_on is not None and not state.questions_asked
        case _:
            return last and "closing_proposed" in case.overlays


def _review(reference: str, lead: Scope, _officer: Scope, at: datetime) -> None:
    entry = Entry(
        decision=ReviewDecision.ENQUIRE_ON,
        reason="Both parents rung twice without answer. Aunt rung: has not heard from the family.",
        next_review_on=local_date(at) + timedelta(days=5),
        review=REVIEW,
    )
    casework.act(lead, reference, Action.SIGN_REVIEW, entry, at=at)


def _enquire(reference: str, lead: Scope, _officer: Scope, at: datetime) -> None:
    case = cases.find_case(lead, reference)
    if case is None:
        return
    registration_id = case.registration_id
    db.session.rollback()
    for entry in enquiries_of_a_day(lead.name, at):
        enquiries.log(lead, registration_id, entry, at=at)


def _refer(reference: str, lead: Scope, _officer: Scope, at: datetime) -> None:
    referrals.send_referral(
        lead, reference, REFERRAL, safeguarding=False, without_enquiries=WITHOUT_ENQUIRIES, at=at
    )


def _acknowledge(reference: str, _lead: Scope, officer: Scope, at: datetime) -> None:
    casework.act(officer, reference, Action.ACKNOWLEDGE_REFERRAL, Entry(), at=at + timedelta(hours=1))


def _ask(reference: str, _lead: Scope, officer: Scope, at: datetime) -> None:
    question = Entry(message="Which of the two phone numbers did the school try last, and on which day?")
    casework.act(officer, reference, Action.ASK_QUESTION, question, at=at + timedelta(hours=2))


def _decline(reference: str, lead: Scope, _officer: Scope, at: datetime) -> None:
    entry = Entry(
        reason_code="located",
        reason="Seen at home with a grandparent, who brings word of a bereavement in the family on Monday.",
        agreed_by="Peter Lindqvist, head teacher",
        next_review_on=local_date(at) + timedelta(days=5),
    )
    casework.act(lead, reference, Action.DECLINE_REFERRAL, entry, at=at)


def _close(reference: str, lead: Scope, _officer: Scope, at: datetime) -> None:
    talk = Entry(held_by="Leon Hartley, form tutor", held_on=local_date(at), words="I was at my nan's.")
    casework.act(lead, reference, Action.RECORD_TALK, talk, at=at)
    entry = Entry(outcome_code="O01", reason="Back in school; seen by the form tutor every day since.")
    casework.act(lead, reference, Action.CLOSE, entry, at=at)


_DONE: dict[str, Callable[[str, Scope, Scope, datetime], None]] = {
    "review": _review,
    "enquire": _enquire,
    "refer": _refer,
    "acknowledge": _acknowledge,
    "ask": _ask,
    "decline": _decline,
    "close": _close,
}

_NO = Finding(Answer.NO)
REVIEW = Review(
    findings={each.code: _NO for each in indicators_of(*ANSWERED_KINDS, asked_once=True)}
    | {
        "out_of_character": Finding(Answer.NOT_KNOWN),
        "education": Finding(Answer.YES, "Moved down a set in September"),
        "whereabouts_known": _NO,
        "parents_reported": _NO,
    },
    child_words="Nobody has spoken to the child since the absence began.",
    rating=Rating.MEDIUM,
)
"""What the demonstration's reviews find."""
