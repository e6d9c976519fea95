"""Pupils for the tests of casework: standings counted from marks, and cases brought to a stage."""

from collections.abc import Iterable
from datetime import date, timedelta

from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar, register_days
from cme.attendance.codes import Half
from cme.attendance.lines import Coverage
from cme.attendance.runs import Place
from cme.attendance.standing import Standing, count
from cme.casework.case import CaseFacts, CaseState, Entry, Stage, follow, record
from cme.casework.enquiries.enquiry import Result
from cme.casework.entries import LocationEntry, RemovalEntry, RequestEntry, TriageEntry
from cme.casework.policy.pack import load_pack
from tests.enquiries import call_entry
from tests.marks import from_marks
from tests.referrals import COMPLETE
from tests.reviews import CALM

PACK = load_pack("darlington")
FIRST_DAY = date(2026, 9, 2)
CALENDAR = SchoolCalendar(
    (
        Period(PeriodKind.TERM, FIRST_DAY, date(2026, 12, 18)),
        Period(PeriodKind.HOLIDAY, date(2026, 10, 26), date(2026, 10, 30), "Half term"),
        Period(PeriodKind.INSET, date(2026, 11, 2), date(2026, 11, 2)),
    )
)


def school_days(first_on: date = FIRST_DAY) -> Iterable[date]:
    on = first_on
    while True:
        if CALENDAR.is_school_day(on):
            yield on
        on += timedelta(days=1)


def spell(*days: str) -> list[str]:
    """Days as codes: "P" is present all day, "AM|PM" two codes (or none), "O*3" three days of O."""
    spelled: list[str] = []
    for each in days:
        codes, _, times = each.partition("*")
        spelled += [codes] * int(times or 1)
    return spelled


def standing(*days: str) -> Standing:
    """The standing of a pupil with these days from the first day of term on."""
    marks = []
    for on, codes in zip(school_days(), spell(*days), strict=False):
        am, half, pm = ("/", "|", "\\") if codes == "P" else codes.partition("|")
        pm = pm if half else am
        marks += [(on, Half.AM, am), (on, Half.PM, pm)]
    lines = from_marks(marks)
    coverage = Coverage()
    coverage.add(lines)
    return count(lines, register_days(CALENDAR, coverage), Place(starting_on=FIRST_DAY))


def nth_day(n: int) -> date:
    """The date of the nth school day of the year, from 1."""
    return CALENDAR.nth_school_day_after(FIRST_DAY, n - 1) if n > 1 else FIRST_DAY


def facts(*days: str, **known: object) -> CaseFacts:
    """What is known of a pupil with these days."""
    return CaseFacts(standing=standing(*days), pack=PACK, **known)  # type: ignore[arg-type]


NEXT_WEEK = timedelta(days=7)


def entry(today: date, **entered: object) -> Entry:
    """A form filled in with what every action could ask for."""
    filled = {
        "reason": "Seen by nobody",
        "reason_code": "other",
        "agreed_by": "A. Head",
        "next_review_on": today + NEXT_WEEK,
        "review": CALM,
        "draft_read": COMPLETE.fingerprint,
        "message": "Where was the child last seen?",
        "question": 1,
        "held_by": "K. Lowe, form tutor",
        "held_on": today,
        "left_open": "The officer follows it up",
        "educated_on": today,
        "no_talk": "Spoken to by the social worker",
        "enquiry": call_entry(result=Result.REACHED_CONCERN),
        "triage": TriageEntry(
            officer_id=1,
            officer="O. Ficer",
            expected_on=today + NEXT_WEEK,
            items=("E18",),
            replies={"E18": "Visited on Monday"},
            not_cme="contact_made",
            kept="CME-26-0001",
            authority="202",
            accepted_by="A. Other, CME team",
            accepted_on=today,
        ),
        "removal": RemovalEntry(
            ground="a",
            confirmation="confirmed",
            query="application",
            file="841XXXX_CTF.xml",
            uploaded_at="20 November 2026, 15:00",
            proof="Receipt 12",
            starting_on=today,
        ),
        "location": LocationEntry(source="A neighbour", verified="ruled_out"),
        "request": RequestEntry(asked_for="records", asked_by="Example Academy", received_on=today),
    }
    return Entry(**{**filled, **entered})  # type: ignore[arg-type]


def after(known: CaseFacts, today: date, state: CaseState | None = None) -> CaseState:
    """The state once the count has been followed."""
    state = state or CaseState()
    for decision in follow(state, known, today):
        state = record(state, decision.happened(today))
    return state


def at(stage: Stage, **more: object) -> CaseState:
    """A case at a stage, opened on the fourth school day for an absence from the second."""
    return CaseState(stage=stage, **{"opened_on": nth_day(4), "absent_from_on": nth_day(2), **more})  # type: ignore[arg-type]
