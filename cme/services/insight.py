"""How the work goes in an authority, and at each of its schools: measures of this school year."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from cme import bank_holidays
from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.attendance.coverage import RegisterCoverage
from cme.attendance.lines import academic_year
from cme.casework.enquiries.enquiry import SETTLED_WITHOUT
from cme.casework.events import EventKind
from cme.casework.measures import AGES, Episode, Measures, age_of, days_to_visit, measure
from cme.casework.outcomes import RETURNED
from cme.casework.small_cells import Protected, Share, protect
from cme.casework.stages import OPEN_STAGES, Stage
from cme.clock import LONDON, local_date
from cme.documents.workbooks import write_csv
from cme.services.registers.coverage import cover_schools
from cme.services.tracing.searches import count_overdue, list_due
from cme.store import audit
from cme.store import insight as store
from cme.store.database import transaction
from cme.store.insight import Enquired, Happened
from cme.store.schools import read_every_period

CALLS = ("E01", "E02", "E03", "E04", "E09")
VISIT = "E18"
ITEMS = "Asked for"
"""The table of what schools were asked for when their referral came back."""

_DAY_5 = 4
"""School days from the first day of an absence to its fifth."""


@dataclass(frozen=True, slots=True)
class Insight:
    """The measures of one page. `open_cases` has two tables, by stage and by age.

    `ctf_pending` pupil files are not uploaded a day after the removal, `rechecks_overdue` children should
    have been looked for again. `returned_items` is what was asked for on return, in one table.
    """

    since_on: date
    open_cases: Protected
    measures: Measures
    returned_items: Protected
    stated: Share
    ctf_pending: int
    rechecks_overdue: int


@dataclass(frozen=True, slots=True)
class SchoolAssurance:
    """One school: what it left undone and how fast it is. Counts are of children, unless they are of days.

    `undecided`: absent for ten days or more, with neither a referral nor a decision about one. `returned` is
    the number of items asked for on return, None where it would tell of few, here or at another school.
    """

    name: str
    laestab: str
    undecided: int
    coverage: RegisterCoverage
    is_counted: bool
    has_terms: bool
    returned: int | None
    declined: int
    visit_days: float | None


def year_began_on(today: date) -> date:
    """The first day of this school year."""
    return date(academic_year(today), 9, 1)


def look(scope: Scope, *, today: date) -> Insight:
    """The measures of the authorities whose measures the scope sees."""
    since_on = year_began_on(today)
    open_now = store.list_open(scope)
    stages = dict.fromkeys((stage.label for stage in OPEN_STAGES), 0)
    ages = dict.fromkeys(AGES, 0)
    for one in open_now:
        stages[Stage(one.stage).label] += 1
        ages[age_of((today - local_date(one.opened_at)).days)] += 1
    removals, stated = store.count_removals(scope, since_on)
    measures = measure(_episodes(scope, since_on), today)
    items = measures.returned_items
    return Insight(
        since_on=since_on,
        open_cases=protect(len(open_now), {"Stage": stages, "Open for": ages}),
        measures=measures,
        returned_items=protect(sum(items.values()), {ITEMS: items}),
        stated=Share(stated, removals),
        ctf_pending=_files_waiting(open_now, today),
        rechecks_overdue=count_overdue(
            list_due(scope, today=today, permission=Permission.SEE_INSIGHT), today
        ),
    )


def count_files_waiting(scope: Scope, *, today: date) -> int:
    """Removed children of whose pupil file (CTF) nobody recorded the upload by the day after."""
    return _files_waiting(store.list_open(scope, Permission.SEE_TRACES), today)


def _files_waiting(open_now: Iterable[store.OpenCase], today: date) -> int:
    yesterday = today - timedelta(days=1)
    return sum(bool((on := one.file_awaited_since_on) and on < yesterday) for one in open_now)


def look_at_schools(scope: Scope, *, today: date) -> list[SchoolAssurance]:
    """Every school of those authorities, by name."""
    since_on = year_began_on(today)
    undecided = store.count_undecided(scope)
    happened = store.list_happened(scope, _instant(since_on))
    by_school: dict[int, list[Episode]] = defaultdict(list)
    for episode in _episodes(scope, since_on, happened):
        by_school[episode.school_id].append(episode)
    items = {str(key): sum(len(one.returned_for) for one in own) for key, own in by_school.items()}
    returned = protect(sum(items.values()), {ITEMS: items}).tables[ITEMS]
    declined = Counter(one.school_id for one in happened if one.kind == EventKind.REFERRAL_DECLINED)
    return [
        SchoolAssurance(
            name=covered.school.name,
            laestab=covered.school.laestab,
            undecided=undecided.get(covered.school.id, 0),
            coverage=covered.coverage,
            is_counted=covered.is_counted,
            has_terms=covered.has_calendar,
            returned=returned.get(str(covered.school.id), 0),
            declined=declined[covered.school.id],
            visit_days=days_to_visit(by_school[covered.school.id]),
        )
        for covered in cover_schools(scope, today=today)
    ]


def export(
    scope: Scope, what: str, rows: Iterable[Sequence[str]], *, at: datetime, address: str = ""
) -> bytes:
    """Figures as CSV, without any formula, recorded as an export; `what` names them in the audit."""
    with transaction():
        audit.record(scope, "insight.exported", what, at=at, address=address)
    return write_csv(rows)


def _episodes(scope: Scope, since_on: date, happened: Sequence[Happened] | None = None) -> list[Episode]:
    """The cases that were opened since a date, as they are measured."""
    since_at = _instant(since_on)
    happened = store.list_happened(scope, since_at) if happened is None else happened
    enquired = store.list_enquired(scope, since_at, (*CALLS, VISIT))
    made: dict[int, list[Enquired]] = defaultdict(list)
    for one in enquired:
        if one.outcome not in SETTLED_WITHOUT:
            made[one.registration_id].append(one)
    holidays, periods = bank_holidays.england(), read_every_period(scope)
    calendars: dict[int, SchoolCalendar] = {}
    of_case: dict[int, list[Happened]] = defaultdict(list)
    for event in happened:
        of_case[event.case_id].append(event)
    episodes = []
    for events in of_case.values():
        school_id = events[0].school_id
        if school_id not in calendars:
            calendars[school_id] = SchoolCalendar(periods.get(school_id, ()), holidays)
        episodes.append(_episode(events, made[events[0].registration_id], calendars[school_id]))
    return episodes


def _episode(events: Sequence[Happened], made: Sequence[Enquired], calendar: SchoolCalendar) -> Episode:
    """One case from its events and the enquiries for the child since the absence began."""
    episode = Episode(school_id=events[0].school_id)
    for event in events:
        episode = _after(episode, event)
    from_on = episode.absent_from_on
    if from_on is None:
        return episode
    until_on = episode.closed_on or date.max
    own = [one for one in made if from_on <= local_date(one.done_at) <= until_on]
    return replace(
        episode,
        day_5_on=calendar.nth_school_day_after(from_on, _DAY_5),
        contacts=_days(own, CALLS),
        visits=_days(own, (VISIT,)),
    )


def _after(episode: Episode, event: Happened) -> Episode:
    on, data = local_date(event.at), event.data
    match EventKind(event.kind):
        case EventKind.CASE_OPENED if data.get("absent_from"):
            return replace(episode, absent_from_on=date.fromisoformat(data["absent_from"]))
        case EventKind.REFERRAL_SENT:
            if episode.referred_on is None:
                return replace(episode, referred_on=on, referral_run=data.get("return_run"))
        case EventKind.REFERRAL_ACKNOWLEDGED | EventKind.REFERRAL_ACCEPTED:
            return replace(episode, acknowledged_on=episode.acknowledged_on or on)
        case EventKind.RESULT_GIVEN:
            return replace(episode, result_on=episode.result_on or on)
        case EventKind.REFERRAL_RETURNED:
            return replace(episode, returned_for=(*episode.returned_for, *data.get("items", ())))
        case EventKind.CASE_CLOSED | EventKind.CASE_TRANSFERRED | EventKind.CTF_UPLOADED:
            is_end = data.get("stage") == Stage.CLOSED
            return replace(episode, closed_on=on, outcome=data.get("outcome") or "") if is_end else episode
        case EventKind.PUPIL_READMITTED if episode.closed_on is None:
            return replace(episode, closed_on=on, outcome=RETURNED)
    return episode


def _days(made: Iterable[Enquired], steps: Collection[str]) -> tuple[date, ...]:
    return tuple(local_date(one.done_at) for one in made if one.step in steps)


def _instant(on: date) -> datetime:
    return datetime.combine(on, time.min, LONDON)
