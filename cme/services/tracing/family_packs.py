"""The joint pack of a family: a document about each of its children whose case the reader may print.

What ties the children is not printed, and no protected home of any of them, in whichever case it was typed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.casework.deadlines import Deadline
from cme.casework.stages import Stage
from cme.casework.words import day
from cme.documents.chronology import Entry
from cme.documents.family_pack import FamilyPack, Listed, Told, set_family_pack
from cme.documents.forms import Answer, Imprint, Part
from cme.documents.hiding import Home
from cme.services import casework, enquiry_records, papers
from cme.services.casework import CaseView
from cme.services.enquiry_records import EnquiryRecord
from cme.services.judging import permissions_on
from cme.services.papers import Paper
from cme.services.tracing.families import Relative, family_of
from cme.store.restrictions import read_restrictions
from cme.store.tables import Case, Registration

NO_FAMILY = "Nobody else of this family is known here, so there is no joint pack. Print the chronology."

Heads = Callable[[CaseView], Sequence[Entry]]
"""The events of a case in words, without details and without what the reader may not see."""


@dataclass(frozen=True, slots=True)
class _Homes:
    """The protected homes of a family: what is written of one child may name the home of another."""

    homes: tuple[Home, ...]

    def kept_out_of(self, text: str) -> str:
        for home in self.homes:
            text = home.kept_out_of(text)
        return text

    def out_of(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        shown = self.kept_out_of
        return tuple(
            replace(one, what=shown(one.what), details=shown(one.details), by=shown(one.by))
            for one in entries
        )

    def out_of_part(self, part: Part) -> Part:
        rows = (replace(row, value=self.kept_out_of(row.value)) for row in part.rows)
        return Part(part.heading, tuple(rows))


def printed(scope: Scope, view: CaseView, family: Iterable[Relative]) -> tuple[Case, ...]:
    """The cases that the pack of a family tells of, that of the child it is asked for first."""
    others = (one.case for one in family if one.case)
    return (view.case, *(case for case in others if Permission.PRINT_CASE in permissions_on(scope, case)))


def make(scope: Scope, reference: str, heads: Heads, *, at: datetime, address: str = "") -> Paper | Refused:
    """The pack of the family of a case; Refused where nobody else is known. Raises LookupError outside the
    scope."""
    view = papers.open_case(scope, reference, Permission.PRINT_CASE, at=at)
    family = family_of(scope, view)
    if not family:
        return Refused((NO_FAMILY,), ("family",))
    first, *others = printed(scope, view, family)
    views = (
        view,
        *(papers.open_case(scope, each.reference, Permission.PRINT_CASE, at=at) for each in others),
    )
    homes = _homes(scope, (first.registration, *(one.registration for one in family)))
    pack = FamilyPack(
        _imprint(scope, first, family, at=at),
        listed=(
            _listed(first.registration, first),
            *(_listed(one.registration, one.case) for one in family),
        ),
        told=tuple(_told(scope, each, heads(each), homes) for each in views),
    )
    return papers.hand_out(
        scope, first, "family-pack", set_family_pack(pack), also=others, at=at, address=address
    )


def _imprint(scope: Scope, case: Case, family: Iterable[Relative], *, at: datetime) -> Imprint:
    """As of any document of the case; children of several schools are their authority's."""
    made = papers.imprint(scope, case, "Family pack", at=at)
    is_of_one = all(one.registration.school_id == case.school_id for one in family)
    return made if is_of_one else replace(made, from_=case.school.authority.name)


def _homes(scope: Scope, registrations: Sequence[Registration]) -> _Homes:
    of = {one.id: one.pupil for one in registrations}
    protected = (of[key] for key, each in read_restrictions(scope, of).items() if each.address_is_protected)
    return _Homes(tuple(Home.protected(one.house, one.street, one.postcode) for one in protected))


def _listed(registration: Registration, case: Case | None) -> Listed:
    pupil, run = registration.pupil, registration.return_run or 0
    absence = f"{run} school day{'' if run == 1 else 's'}" if run else "Not counted absent"
    if registration.removed_on is not None:
        absence = f"Off the roll from {day(registration.removed_on)}"
    return Listed(
        name=f"{pupil.forename} {pupil.surname}".strip(),
        born=day(pupil.born_on) if pupil.born_on else "Not known",
        school=registration.school.name,
        case=f"{case.reference}: {Stage(case.stage).label}" if case else "No case",
        absence=absence,
    )


def _told(scope: Scope, view: CaseView, happened: Sequence[Entry], homes: _Homes) -> Told:
    about, seen_on = papers.about_child(view), view.facts.standing.last_seen_on
    rows = (
        *about.rows,
        Answer("School", view.case.school.name),
        Answer.of("Last seen at school", day(seen_on) if seen_on else ""),
    )
    about = Part(f"{papers.full_name(view.case)}, {view.case.reference}", rows)
    records = enquiry_records.list_of_case(scope, view.case)
    return Told(
        about=homes.out_of_part(about),
        due=tuple(_due(each, view.today) for each in casework.dues_of(view)),
        happened=homes.out_of(happened),
        enquiries=homes.out_of(map(_of_side, records)),
        withheld="" if casework.may_see_risk_notes(scope, view) else papers.WITHHELD,
    )


def _of_side(record: EnquiryRecord) -> Entry:
    entry = papers.enquiry_entry(record)
    side = "authority" if record.step.is_of_authority else "school"
    return replace(entry, what=f"{entry.what} ({side})")


def _due(due: Deadline, today: date) -> str:
    late = " Overdue." if due.due_on < today else ""
    return f"{due.what}: by {day(due.due_on)}, {due.owner.label}.{late}"
