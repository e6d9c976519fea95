"""Enquiries for tests: entries as people make them, and what is on record of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cme.attendance.codes import Half
from cme.casework.enquiries.applicability import Known, KnownContact
from cme.casework.enquiries.enquiry import METHODS, EnquiryEntry, LoggedEnquiry, Method, Result, Visit
from cme.casework.enquiries.steps import Kind, read_steps

DONE_AT = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
"""A Thursday morning."""

MUM = KnownContact(1, "Mo Arden", "Mother")
DAD = KnownContact(2, "Des Arden", "Father")
NAN = KnownContact(3, "Nan Arden", "Grandmother")
FRIEND = KnownContact(4, "Fay Dale", "Family friend")


def call_entry(step: str = "E01", result: Result | None = Result.NO_ANSWER, **more: object) -> EnquiryEntry:
    """A telephone call on that Thursday, unless other things are said."""
    entry = EnquiryEntry(
        step=step,
        done_at=DONE_AT,
        done_by="Robin Marsh",
        result=result,
        method=Method.PHONE,
        contacted="Mo Arden",
        used="12 High Row",
    )
    return replace(entry, **more)  # type: ignore[arg-type]


def visit_entry(step: str = "E18", result: Result = Result.NO_ANSWER, **more: object) -> EnquiryEntry:
    """A home visit by two on that Thursday morning."""
    return call_entry(
        step,
        result,
        **{
            "method": Method.VISIT,
            "visit": Visit(half=Half.AM, second_staff="Jo Hale", answered="nobody"),
            **more,
        },
    )


def entry_for(step: str, result: Result, **more: object) -> EnquiryEntry:
    """A sound entry for any step that is logged, by the first method there is."""
    kind = read_steps()[step].kind
    filled = {"next_on": DONE_AT.date() + timedelta(days=7), "reason": "As the family says", "place": "Leeds"}
    if kind is Kind.VISIT:
        return visit_entry(step, result, **{**filled, **more})
    return call_entry(step, result, **{"method": METHODS[kind][0], **filled, **more})


class Log:
    """What is on record of one child's enquiries: each with an id of its own."""

    def __init__(self) -> None:
        self.entries: list[LoggedEnquiry] = []

    def add(
        self,
        step: str,
        result: Result = Result.AGENCY_NO_TRACE,
        *,
        hours: float = 0,
        **more: object,
    ) -> LoggedEnquiry:
        """One more entry, made so many hours after the first, written down at once."""
        done_at = DONE_AT + timedelta(hours=hours)
        made = LoggedEnquiry(len(self.entries) + 1, step, done_at, done_at, result)
        made = replace(made, **more)  # type: ignore[arg-type]
        self.entries.append(made)
        return made

    def correct(self, of: LoggedEnquiry, result: Result) -> LoggedEnquiry:
        """A correction of an entry."""
        return self.add(of.step, result, done_at=of.done_at, supersedes_id=of.id)


def child(**more: object) -> Known:
    """A child with two parents and a grandmother, about whom nothing else is known."""
    return replace(Known(contacts=(MUM, DAD, NAN), siblings_checked=True), **more)  # type: ignore[arg-type]
