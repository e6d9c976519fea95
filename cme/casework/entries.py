"""What a person has filled in for an action; blank where the form has nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from cme.casework.enquiries.enquiry import EnquiryEntry
from cme.casework.review import Review, ReviewDecision


@dataclass(frozen=True, slots=True)
class TriageEntry:
    """What the authority decides of a referral.

    `officer_id` and `cover_id` are users, named beside. `expected_on`: when the authority expects to be done.
    `items` are codes of steps or ids of fields that it asks for, `replies` the school's answer to each.
    `not_cme` is why the child is not missing from education, `kept` the reference of the case that is kept
    of two. `authority` is the code of another authority, whose `accepted_by` took the case on `accepted_on`.
    `contradicted` is what the records say against it: a sentence by the need that it is about.
    """

    officer_id: int | None = None
    officer: str = ""
    cover_id: int | None = None
    cover: str = ""
    expected_on: date | None = None
    items: tuple[str, ...] = ()
    replies: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    not_cme: str = ""
    kept: str = ""
    authority: str = ""
    accepted_by: str = ""
    accepted_on: date | None = None
    contradicted: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class RemovalEntry:
    """What is entered about a removal.

    `ground` is the letter of the ground. `statement_read` is the fingerprint of the statement that was read.
    `confirmation` and `query` are what admissions say, `checks` what they looked up. `file`, `uploaded_at`
    (as written) and `proof` tell of the pupil file, `starting_on` is the new starting day of a child who is
    admitted again. `fact` is the kind of a fact that was recorded for the gate.
    """

    ground: str = ""
    statement_read: str = ""
    confirmation: str = ""
    query: str = ""
    checks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    file: str = ""
    uploaded_at: str = ""
    proof: str = ""
    starting_on: date | None = None
    fact: str = ""


@dataclass(frozen=True, slots=True)
class LocationEntry:
    """Where a child may be: who said so; once it was looked into, whether it is so, and who saw the child.

    `verified` is confirmed or ruled_out.
    """

    source: str = ""
    verified: str = ""
    seen_by: str = ""
    seen_on: date | None = None
    expected_back: bool = False


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """What is recorded of a trace, by its `reference` (TR-yyyy-nnnn).

    `asked` is the number of authorities, `is_wide` whether it was more than one that had been named.
    `authority` is the code of one that answered, `answer` the kind of its reply, `result` how the trace
    ended.
    """

    reference: str = ""
    asked: int = 0
    is_wide: bool = False
    reply_by_on: date | None = None
    authority: str = ""
    answer: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """Another school or authority asked for a child's records: what for, who, and on which day it came."""

    asked_for: str = ""
    asked_by: str = ""
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person has filled in for an action; blank where the form has nothing.

    `seen` is how many events the case had when the form was opened; None where it was not opened on any.
    `draft_read` is the fingerprint of the referral that the head teacher read. `message` is the text of a
    question, an answer, a challenge or a result; `question` the number of the question that is answered.
    `educated_on` is the first day of education elsewhere, `left_open` what becomes of what is still open when
    the case ends. `held_by`, `held_on` and `words` tell of a welfare talk, `no_talk` why there was none.
    `enquiry` is an enquiry that was made, kept under `enquiry_id` in the place of `replaces_id`. `item` is
    what is ticked off for a child who was found.
    """

    reason: str = ""
    decision: ReviewDecision | None = None
    agreed_by: str = ""
    next_review_on: date | None = None
    outcome_code: str = ""
    reason_code: str = ""
    review: Review = field(default_factory=Review)
    seen: int | None = None
    draft_read: str = ""
    message: str = ""
    question: int | None = None
    held_by: str = ""
    held_on: date | None = None
    words: str = ""
    educated_on: date | None = None
    left_open: str = ""
    no_talk: str = ""
    enquiry: EnquiryEntry | None = None
    enquiry_id: int | None = None
    replaces_id: int | None = None
    item: str = ""
    triage: TriageEntry = field(default_factory=TriageEntry)
    removal: RemovalEntry = field(default_factory=RemovalEntry)
    location: LocationEntry = field(default_factory=LocationEntry)
    trace: TraceEntry = field(default_factory=TraceEntry)
    request: RequestEntry = field(default_factory=RequestEntry)
