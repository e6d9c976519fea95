"""What is on record of the enquiries of a child, as somebody may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cme.access.scope import Scope
from cme.casework.enquiries.enquiry import (
    EnquiryEntry,
    LoggedEnquiry,
    Method,
    Result,
    Step,
    Visit,
    in_force,
    is_late,
    read_steps,
)
from cme.clock import local_date
from cme.services.absence import calendar_of
from cme.services.hiding import sees_authority_notes
from cme.store import cases
from cme.store import enquiries as store
from cme.store.tables import Case, Enquiry, EvidenceFile


@dataclass(frozen=True, slots=True)
class EnquiryRecord:
    """An enquiry as it stands, with the entries that it corrected, the latest first.

    `is_late`: written down more than one school day after it was made.
    """

    row: Enquiry
    step: Step
    result: Result
    earlier: tuple[Enquiry, ...]
    is_late: bool

    @property
    def done_on(self) -> date:
        """The date in England on which it was made."""
        return local_date(self.row.done_at)

    @property
    def evidence(self) -> tuple[EvidenceFile, ...]:
        """Its files, those of the entries that it corrected among them."""
        return tuple(file for row in (self.row, *self.earlier) for file in row.evidence)

    @property
    def visit(self) -> Visit | None:
        """What a home visit found; None for anything else."""
        return Visit.of(self.row.visit)

    @property
    def method(self) -> Method | None:
        """How it was made; None where a step was put aside."""
        return Method(self.row.method) if self.row.method else None


def list_of_case(scope: Scope, case: Case) -> tuple[EnquiryRecord, ...]:
    """Those of a case: of its absence, and not of another one before or after it (`CaseState.covers`)."""
    state = cases.state_of(case)
    return tuple(each for each in list_of(scope, case.registration_id) if state.covers(each.done_on))


def list_of(scope: Scope, registration_id: int) -> tuple[EnquiryRecord, ...]:
    """The enquiries of a child that stand, in the order in which they were made; () outside the scope.

    Restricted ones are for whoever may see risk notes. Of the authority's own the school is told that they
    were made, and the result.
    """
    rows = store.list_enquiries(scope, registration_id)
    if not rows:
        return ()
    by_id = {row.id: row for row in rows}
    calendar = calendar_of(rows[0].registration.school)
    sees = store.may_see_restricted(scope, registration_id)
    of_authority = sees_authority_notes(scope, rows[0].registration)

    def told(each: LoggedEnquiry) -> EnquiryRecord:
        step, is_whole = read_steps()[each.step], of_authority or not read_steps()[each.step].is_of_authority
        return EnquiryRecord(
            row=by_id[each.id] if is_whole else _in_outline(by_id[each.id]),
            step=step,
            result=each.result,
            earlier=_earlier(by_id, by_id[each.id]) if is_whole else (),
            is_late=is_late(each.done_at, each.entered_at, calendar),
        )

    return tuple(
        told(each)
        for each in in_force(store.as_logged(row) for row in rows)
        if sees or not (by_id[each.id].restricted or read_steps()[each.step].is_restricted)
    )


_OUTLINE = (
    "id",
    "registration_id",
    "step",
    "done_at",
    "done_by",
    "done_role",
    "method",
    "outcome",
    "reached_carer",
    "spoke_to_child",
    "child_seen",
    "next_on",
    "restricted",
    "entered_at",
    "entered_by",
    "entered_role",
)
"""What the school is told of an enquiry of the authority: who asked, when and how, and what came of it."""


def _in_outline(row: Enquiry) -> Enquiry:
    """A copy that is not stored, without what agencies said, of whom, and what they sent."""
    blank = dict.fromkeys(("contacted", "relation", "used", "reason", "place", "notes", "next_action"), "")
    return Enquiry(**{name: getattr(row, name) for name in _OUTLINE}, **blank, correction_reason="")


@dataclass(frozen=True, slots=True)
class WithdrawnEnquiry:
    """An entry that was taken back: what it said before, and the row that says why, by whom and when."""

    before: Enquiry
    taken_back: Enquiry


def list_withdrawn(scope: Scope, registration_id: int) -> tuple[WithdrawnEnquiry, ...]:
    """The entries of a child that were taken back, as `list_of`; restricted ones likewise."""
    rows = store.list_enquiries(scope, registration_id)
    by_id = {row.id: row for row in rows}
    sees = store.may_see_restricted(scope, registration_id) if rows else False
    return tuple(
        WithdrawnEnquiry(by_id[row.supersedes_id], row)
        for row in rows
        if row.outcome == Result.WITHDRAWN and row.supersedes_id in by_id and (sees or not row.restricted)
    )


def find(scope: Scope, registration_id: int, enquiry_id: int) -> EnquiryRecord | None:
    """One enquiry of a child that stands; None for any other."""
    return next((each for each in list_of(scope, registration_id) if each.row.id == enquiry_id), None)


def entry_of(row: Enquiry) -> EnquiryEntry:
    """An enquiry on record as it was entered: what a correction starts from."""
    return EnquiryEntry(
        **{name: getattr(row, name) for name in AS_ENTERED},
        result=Result(row.outcome),
        method=Method(row.method) if row.method else None,
        visit=Visit.of(row.visit),
    )


AS_ENTERED = (
    "step",
    "done_at",
    "done_by",
    "done_role",
    "contact_id",
    "contacted",
    "relation",
    "used",
    "reached_carer",
    "spoke_to_child",
    "child_seen",
    "reason",
    "place",
    "notes",
    "next_action",
    "next_on",
    "restricted",
)
"""What an entry and its row have in common, by the name of both."""


def _earlier(by_id: Mapping[int, Enquiry], row: Enquiry) -> tuple[Enquiry, ...]:
    found = []
    while row.supersedes_id is not None:
        row = by_id[row.supersedes_id]
        found.append(row)
    return tuple(found)
