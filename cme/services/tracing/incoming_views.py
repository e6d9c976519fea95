"""A request of another authority as somebody may see it, and who of our children may be meant; read only.

Of a restricted child only cleared people see anything, and the draft asks to telephone whatever else was
written. Source: tracing reference s.3, points 4 and 6.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.clock import local_date
from cme.identity.searching import Child, Line, grid_of
from cme.services.policies import pack_in_force
from cme.services.tracing import confidence, school_links, searching, trace_details
from cme.services.tracing.incoming_reading import lines_of, values_of
from cme.services.tracing.incoming_search import described_by, questions
from cme.store import child_lists, matches, traces
from cme.store import incoming as store
from cme.store.tables import Case, IncomingTrace, Registration, TraceMatch
from cme.tracing.answering import Request, reply_to
from cme.tracing.details import Sender
from cme.tracing.dispositions import Disposition
from cme.tracing.incoming import State, answer_fault, is_meant
from cme.tracing.message import Message
from cme.tracing.replies import Finding, Kind, finding_faults
from cme.tracing.requests import Field, Sought, UnreadLine

WHO_ASKS = "Choose which authority asks before anything is answered: it is not known."
PHONE = "Enter the phone number on which you can be reached."


@dataclass(frozen=True, slots=True)
class Places:
    """Where a child who was found is known here: `registrations` on rolls and off them, `cases`, the CME
    record, or the kind of the list that has it with the day of the list."""

    registrations: Sequence[Registration] = ()
    cases: Sequence[Case] = ()
    is_recorded: bool = False
    list_kind: str = ""
    listed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child of ours who may be the one asked for; `child` is None where the viewer may not know who.

    `is_protected`: the child is restricted, and not put aside by two people.
    """

    match: TraceMatch
    child: Child | None
    grid: tuple[Line, ...]
    places: Places
    is_restricted: bool
    is_protected: bool

    @property
    def waits_for_second(self) -> bool:
        """Whether one person has put a restricted child aside, and nobody else has."""
        return self.is_protected and self.disposition is Disposition.NOT_SAME

    @property
    def is_missing(self) -> bool:
        """Whether the child is looked for here too: in an open case and not back at school, or on the CME
        record."""
        is_absent = any(
            each.closed_at is None and each.registration.days_unseen != 0 for each in self.places.cases
        )
        return is_absent or self.places.is_recorded

    @property
    def disposition(self) -> Disposition:
        """What was decided last."""
        return Disposition(self.match.disposition)


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer as it is written: None for a kind that nobody chose yet, as about a restricted child."""

    finding: Finding | None
    phone: str = ""
    email: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        finding = self.finding.to_json() if self.finding is not None else None
        return {"finding": finding, "phone": self.phone, "email": self.email}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Draft | None":
        """As it was stored; None where nothing was."""
        if not data:
            return None
        finding = Finding.from_json(data["finding"]) if data.get("finding") else None
        return cls(finding, data.get("phone", ""), data.get("email", ""))


@dataclass(frozen=True)
class IncomingView:
    """A request as somebody sees it.

    `values` and `unread` are its own words, `described` the child they make; `asked` is what must be answered
    before the search. `restricted`: somebody who may be meant is looked for in confidence. `is_hidden`: and
    the viewer is not cleared, so that no words are shown that may tell of a home. `message` is the draft of
    the answer, None before one is written; `faults` are why it cannot be sent. `notes` are about numbers of
    schools, in the request or the answer, that were closed.
    """

    request: IncomingTrace
    state: State
    values: Mapping[Field, str]
    unread: Sequence[UnreadLine]
    original: str
    described: Sought
    asked: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    restricted: bool
    is_hidden: bool
    draft: Draft | None
    message: Message | None
    faults: Mapping[str, str]
    sender: Sender
    notes: tuple[str, ...]
    today: date

    @property
    def is_open(self) -> bool:
        """Whether something can still be done."""
        return self.request.closed_at is None

    @property
    def undecided(self) -> int:
        """How many of those found wait for a decision."""
        return sum(each.disposition is Disposition.UNREVIEWED for each in self.candidates)

    @property
    def is_missing(self) -> bool:
        """Whether the child who is the same one is looked for here too."""
        return _is_missing(self.candidates)

    @property
    def same(self) -> Candidate | None:
        """The first child of whom somebody decided that it is the same one."""
        return next((each for each in self.candidates if each.disposition is Disposition.SAME), None)


def show(scope: Scope, reference: str, *, at: datetime) -> IncomingView | None:
    """One request; None outside the scope."""
    request = store.find(scope, reference)
    return view_of(scope, request, at=at) if request is not None else None


def view_of(scope: Scope, request: IncomingTrace, *, at: datetime) -> IncomingView:
    """The same of a request that was found within the scope."""
    today = local_date(at)
    described = described_by(request, today)
    is_cleared = scope.may(Permission.SEE_PROTECTED_ADDRESS, authority_id=request.authority_id)
    candidates = _candidates(scope, request, described.child, is_cleared=is_cleared)
    restricted = any(each.is_protected for each in candidates)
    is_hidden = not is_cleared and any(each.is_restricted for each in candidates)
    sender, draft = sender_of(scope, request.authority_id, today), Draft.of(request.draft)
    values = values_of(request.fields)
    return IncomingView(
        request=request,
        state=State(request.state),
        values={field: text for field, text in values.items() if not is_hidden or field in _TELLS_NOTHING},
        unread=() if is_hidden else lines_of(request.unread),
        original="" if is_hidden else request.original,
        described=described,
        asked=questions(described),
        candidates=candidates,
        restricted=restricted,
        is_hidden=is_hidden,
        draft=draft,
        message=None
        if is_hidden
        else compose(request, sender, draft, restricted=restricted, is_missing=_is_missing(candidates)),
        faults=faults_of(request, candidates, draft, restricted=restricted),
        sender=sender,
        notes=()
        if is_hidden
        else school_links.notes_on(f"{values.get(Field.LAST_SCHOOL, '')}; {_school_said(draft)}", today),
        today=today,
    )


def _school_said(draft: Draft | None) -> str:
    return draft.finding.laestab if draft is not None and draft.finding is not None else ""


def faults_of(
    request: IncomingTrace, candidates: Iterable[Candidate], draft: Draft | None, *, restricted: bool
) -> dict[str, str]:
    """Why an answer that is written cannot be sent: field -> sentence; {} where none is written."""
    if draft is None:
        return {}
    if restricted:
        unknown = {} if request.sender_code else {"sender_code": WHO_ASKS}
        return unknown if draft.phone.strip() else {**unknown, "phone": PHONE}
    if draft.finding is None:
        return {"kind": "Choose what you answer."}
    decided = [each.disposition for each in candidates]
    found = finding_faults(draft.finding)
    fault = answer_fault(draft.finding.kind, decided, is_searched=request.searched_at is not None)
    return {"kind": fault, **found} if fault else found


def _is_missing(candidates: Iterable[Candidate]) -> bool:
    return any(each.disposition is Disposition.SAME and each.is_missing for each in candidates)


def compose(
    request: IncomingTrace, sender: Sender, draft: Draft | None, *, restricted: bool, is_missing: bool
) -> Message | None:
    """The text of the answer that is written; None where there is none. About a restricted child it asks to
    telephone, and says nothing."""
    if draft is None or (draft.finding is None and not restricted):
        return None
    asked = Request(request.sender_reference, request.reference)
    said = replace(sender, phone=draft.phone or sender.phone, email=draft.email or sender.email)
    finding = draft.finding or Finding(Kind.NO_TRACE)
    return reply_to(asked, said, finding, restricted=restricted, is_missing=is_missing)


def sender_of(scope: Scope, authority_id: int, today: date) -> Sender:
    """Who answers: our authority, and the officer with the phone and e-mail of their last request."""
    authority = traces.find_authority(authority_id)
    return trace_details.sender_of(scope, authority, pack_in_force(authority, today))


def _candidates(
    scope: Scope, request: IncomingTrace, theirs: Child, *, is_cleared: bool
) -> tuple[Candidate, ...]:
    """Who was found, the likely ones first."""
    pupil_ids = {each.pupil_id for each in request.matches if each.pupil_id is not None}
    listed_ids = {each.listed_id for each in request.matches if each.listed_id is not None}
    if not pupil_ids and not listed_ids:
        return ()
    ours = searching.describe(scope, sorted(pupil_ids))
    listed, _ = searching.describe_listed(scope, listed_ids)
    confident = confidence.of_children(pupil_ids)
    of_lists = searching.describe_listed(Scope.for_operator({request.authority_id}), listed_ids)[1]
    places = _places(pupil_ids, listed_ids, request.authority_id)
    put_aside = matches.read_put_aside({each.id for each in request.matches})
    found = []
    for match in request.matches:
        restricted = match.pupil_id in confident or match.listed_id in of_lists
        child = ours.get(match.pupil_id or 0) or listed.get(match.listed_id or 0)
        known = places[(match.pupil_id, match.listed_id)]
        if restricted and not is_cleared:
            child, known = None, Places()
        grid = grid_of(theirs, child) if child is not None else ()
        protected = restricted and is_meant(Disposition(match.disposition), put_aside.get(match.id, ()))
        found.append(Candidate(match, child, grid, known, restricted, protected))
    return tuple(sorted(found, key=lambda each: (each.match.label, each.match.id)))


def _places(
    pupil_ids: set[int], listed_ids: set[int], authority_id: int
) -> dict[tuple[int | None, int | None], Places]:
    registrations, of_cases = store.read_registrations(pupil_ids), store.read_cases(pupil_ids)
    recorded = store.read_recorded(pupil_ids, authority_id)
    found: dict[tuple[int | None, int | None], Places] = {
        (each, None): Places(registrations.get(each, ()), of_cases.get(each, ()), each in recorded)
        for each in pupil_ids
    }
    for listed_id, (_, of_list) in child_lists.read_children(listed_ids).items():
        taken = local_date(of_list.taken_at) if of_list.taken_at else None
        found[(None, listed_id)] = Places(list_kind=of_list.kind, listed_on=taken)
    return found


_TELLS_NOTHING = frozenset(
    {Field.REFERENCE, Field.YOUR_REFERENCE, Field.SENDER, Field.ASKED_ON, Field.REPLY_BY, Field.SURNAME}
    | {Field.FORENAMES, Field.FULL_NAME, Field.BORN_ON, Field.SEX, Field.UPN, Field.FORMER_UPNS}
    | {Field.YEAR_GROUP}
)
"""What of a request does not tell where a protected child lives, or with whom; any other words may."""
