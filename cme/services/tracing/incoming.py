"""Other authorities' requests to look for a child: received, corrected, closed, and erased in the end.

Searching is in `incoming_search`, answering in `incoming_replies`. Source: tracing reference s.3.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.casework.words import day
from cme.clock import LONDON, local_date
from cme.services.judging import OVERTAKEN
from cme.services.tracing.incoming_reading import Arrived, read, stored, values_of
from cme.services.tracing.match_review import set_back
from cme.store import audit, child_lists
from cme.store import incoming as store
from cme.store.database import db, transaction
from cme.store.tables import IncomingTrace
from cme.tracing.authorities import recognised
from cme.tracing.dates import read_date
from cme.tracing.dispositions import Disposition
from cme.tracing.incoming import State
from cme.tracing.requests import WHO, Field, sought

OVERTAKEN_HERE = OVERTAKEN.replace("this case", "this request")
CLOSED = "The request is closed. Nothing can be changed any more."
WHOSE = "Choose the authority that was asked."
WHO_STOPS = (
    "This asks to stop searching, and nothing shows that it comes from the authority that asked for {}. "
    "Check who sent it. Choose that authority below, or close the request on its own page."
)
NO_AUTHORITY = "Choose the authority that all of these came from."
NOBODY_UNKNOWN = "It is known of each of these requests who asks."
NOT_CLOSED = "The request is not closed."
ERASED = "The details of this request were erased, so it cannot be opened again."
WHY_REOPENED = "Enter why the request is opened again."
UNKNOWN_STOP = (
    "This asks to stop searching, and no request here has that reference. Check the reference, or close the "
    "request on its own page."
)
WHY_CLOSED = "Enter why the request is closed."
STOPPED = "The other authority asked to stop searching."
_OWN_SHAPE = re.compile(r"TR-[0-9]{4}-[0-9]{4,}")


@dataclass(frozen=True, slots=True)
class Letter:
    """What came: a text or a file (name and content), from which authority where somebody says so, and when.

    `authority_id` is ours that was asked; None where the officer works for one only.
    """

    text: str = ""
    file: tuple[str, bytes] | None = None
    sender_code: str = ""
    received_on: date | None = None
    authority_id: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What became of it, by our references: `new` requests, those `known` word for word before, and those
    `closed` by a message to stop searching. `unknown_stops` of these messages named no request of ours; one
    that says who the child is was kept as a request, so that nobody is lost.
    `doubtful` are the requests that one named, and it is not sure that their authority sent it."""

    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    unknown_stops: int = 0
    doubtful: tuple[str, ...] = ()


def receive(scope: Scope, letter: Letter, *, at: datetime, address: str = "") -> Received | Refused:
    """Keep the requests that came, each under a reference of ours, and close those that are taken back.

    Nothing is searched yet: an officer reads first what was understood. Refused where nothing can be read.
    """
    authority_id = _authority(scope, letter.authority_id)
    if authority_id is None:
        return Refused((WHOSE,), ("authority_id",))
    today = local_date(at)
    if letter.received_on is None or letter.received_on > today:
        return Refused(("Enter the day on which the request came, today or earlier.",), ("received_on",))
    arrived = read(letter.text, letter.file, today=today)
    if isinstance(arrived, Refused):
        return arrived
    with transaction():
        asks: list[Arrived] = []
        closed: list[str] = []
        doubtful: list[str] = []
        unknown = 0
        for each in arrived:
            is_stop = each.request.is_stop
            ended, unsure = (
                _stop(scope, authority_id, each, letter.sender_code, at=at, address=address)
                if is_stop
                else ([], [])
            )
            closed += ended
            doubtful += unsure
            unknown += is_stop and not ended and not unsure
            if not ended and not (is_stop and WHO.isdisjoint(each.request.values)):
                asks.append(each)
        if (unknown or doubtful) and not asks and not closed:
            why = WHO_STOPS.format(" and ".join(doubtful)) if doubtful else UNKNOWN_STOP
            return Refused((why,), ("text" if letter.file is None else "file",))
        new, known = _keep(scope, authority_id, asks, letter, at=at, address=address)
        return Received(new, known, tuple(dict.fromkeys(closed)), unknown, tuple(dict.fromkeys(doubtful)))


def name_sender(scope: Scope, batch: str, code: str, *, at: datetime, address: str = "") -> int | Refused:
    """Say which authority asks, for all requests that came together and do not say it; how many.

    Raises LookupError outside the scope.
    """
    with transaction():
        rows = store.list_batch(scope, batch, Permission.RECEIVE_TRACE)
        if not rows:
            raise LookupError("the requests are not within the scope")
        lacking = [each for each in rows if not each.sender_code and each.closed_at is None]
        if not lacking:
            return Refused((NOBODY_UNKNOWN,), ("stage",))
        if not recognised(code):
            return Refused((NO_AUTHORITY,), ("sender_code",))
        for each in lacking:
            each.sender_code = code
        detail: dict[str, audit.Word] = {"requests": len(lacking), "authority": code}
        subject = f"incoming:{lacking[0].id}"
        audit.record(scope, "incoming.sender_named", subject, at=at, address=address, detail=detail)
        return len(lacking)


def correct(
    scope: Scope,
    reference: str,
    values: Mapping[Field, str],
    *,
    sender_code: str,
    received_on: date | None,
    seen: int | None,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Keep what an officer corrected in a request. It is to be searched for anew, unless only who asks and
    when it came are other than before. What was written and decided of another child does not stand.

    Raises LookupError outside the scope.
    """
    if received_on is None or received_on > local_date(at):
        return Refused(("Enter the day on which the request came, today or earlier.",), ("received_on",))
    with transaction():
        held = hold(scope, reference, seen=seen)
        if isinstance(held, Refused):
            return held
        kept = dict(values)
        is_other = _words(stored(kept)) != _words(held.fields)
        today = local_date(at)
        is_other_child = sought(kept, today).child != sought(values_of(held.fields), today).child
        held.fields, held.sender_code = stored(kept), sender_code if recognised(sender_code) else ""
        held.sender_reference = kept.get(Field.REFERENCE, "")[:80]
        held.reply_by_on = read_date(kept.get(Field.REPLY_BY, "")).on
        held.received_on = received_on
        if is_other:
            # One that was answered too: until it is searched for anew no register brings its child up.
            held.state, held.searched_at = State.RECEIVED.value, None
            store.write_keys({held.id: ()})
        if is_other_child:
            held.draft = {}
            for match in held.matches:
                if match.disposition != Disposition.UNREVIEWED.value:
                    set_back(match, at=at)
        audit.record(scope, "incoming.corrected", f"incoming:{held.id}", at=at, address=address)
    return None


def close(
    scope: Scope, reference: str, reason: str, *, seen: int | None, at: datetime, address: str = ""
) -> Refused | None:
    """Close a request by hand: nobody looks for the child any more. Raises LookupError outside the scope."""
    if not reason.strip():
        return Refused((WHY_CLOSED,), ("reason",))
    with transaction():
        held = hold(scope, reference, seen=seen)
        if isinstance(held, Refused):
            return held
        _close(scope, held, reason.strip(), at=at, address=address)
    return None


def reopen(
    scope: Scope, reference: str, reason: str, *, seen: int | None, at: datetime, address: str = ""
) -> Refused | None:
    """Open a closed request again: it is to be searched for anew, as registers came meanwhile.

    Raises LookupError outside the scope.
    """
    with transaction():
        held = store.lock(scope, reference)
        if seen is not None and seen != held.version:
            return Refused((OVERTAKEN_HERE,), ("seen",))
        if held.closed_at is None or held.erased_at is not None:
            return Refused((NOT_CLOSED if held.closed_at is None else ERASED,), ("stage",))
        if not reason.strip():
            return Refused((WHY_REOPENED,), ("reason",))
        said = f"Opened again on {day(local_date(at))} by {scope.name}: {reason.strip()}"
        held.close_reason = f"{held.close_reason} {said}".strip()
        held.state, held.closed_at, held.searched_at = State.RECEIVED.value, None, None
        audit.record(scope, "incoming.reopened", f"incoming:{held.id}", at=at, address=address)
    return None


def erase_old(scope: Scope, *, on: date, keep_days: int, at: datetime) -> dict[str, int]:
    """Erase the details of children who were asked about and are not here, once they were kept for so many
    days; how many. Reference, dates and answer stay. One that nobody searched for waits, whatever its age."""
    before = datetime.combine(on - timedelta(days=keep_days), time(), LONDON)
    with transaction():
        old = store.list_old(scope, before)
        store.write_keys({each.id: () for each in old})
        for request in old:
            store.forget_matches(request)
            request.fields, request.unread, request.draft = {}, [], {}
            request.original = request.close_reason = ""
            # Their reference may be anything, even a name: only one as this product gives them stays.
            if not _OWN_SHAPE.fullmatch(request.sender_reference):
                request.sender_reference = ""
            for reply in request.replies:
                reply.body = ""
            request.state, request.erased_at = State.CLOSED.value, at
            request.closed_at = request.closed_at or at
        if old:
            child_lists.erase_replaced()
            audit.record(scope, "incoming.erased", "incoming", at=at, detail={"requests": len(old)})
        return {"requests erased": len(old)}


def hold(scope: Scope, reference: str, *, seen: int | None) -> IncomingTrace | Refused:
    """A request that can be changed, held until the transaction ends; `seen` is the version looked at, None
    where nobody looked. Raises LookupError outside the scope."""
    held = store.lock(scope, reference)
    if seen is not None and seen != held.version:
        return Refused((OVERTAKEN_HERE,), ("seen",))
    if held.closed_at is not None:
        return Refused((CLOSED,), ("stage",))
    return held


def _authority(scope: Scope, given: int | None) -> int | None:
    own = scope.reach(Permission.RECEIVE_TRACE).authorities
    if given is not None:
        return given if given in own else None
    return next(iter(own)) if len(own) == 1 else None


def _keep(
    scope: Scope, authority_id: int, asks: list[Arrived], letter: Letter, *, at: datetime, address: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Our references of the requests that are new, and of those that were here word for word."""
    before: dict[tuple[str, str], list[IncomingTrace]] = {}
    for one in store.list_named(authority_id, {each.request.reference[:80] for each in asks} - {""}):
        if one.closed_at is None:
            before.setdefault((one.sender_reference.lower(), one.original), []).append(one)
    known, fresh = [], []
    for each in asks:
        code = _sender(each, letter.sender_code)
        same = before.get((each.request.reference[:80].lower(), each.original), ())
        # A letter that does not say who asks is the same one after somebody has said it.
        twin = next((one for one in same if "" in (code, one.sender_code) or one.sender_code == code), None)
        if twin is not None:
            known.append(twin.reference)
        else:
            fresh.append((each, code))
    references = store.next_references(local_date(at).year, len(fresh)) if fresh else []
    rows = [
        IncomingTrace(
            reference=reference,
            batch=references[0],
            authority_id=authority_id,
            sender_code=code,
            sender_reference=each.request.reference[:80],
            received_on=letter.received_on,
            reply_by_on=read_date(each.request.values.get(Field.REPLY_BY, "")).on,
            original=each.original,
            fields=stored(dict(each.request.values)),
            unread=[[line.number, line.text] for line in each.request.unread],
            state=State.RECEIVED.value,
            draft={},
            created_at=at,
            created_by=scope.name,
        )
        for reference, (each, code) in zip(references, fresh, strict=True)
    ]
    store.add(rows)
    if rows:
        detail: dict[str, audit.Word] = {"requests": len(rows)}
        audit.record(
            scope, "incoming.received", f"incoming:{rows[0].id}", at=at, address=address, detail=detail
        )
    return tuple(references), tuple(known)


def _sender(arrived: Arrived, said: str) -> str:
    """The code of the authority that asks: as its message says, else as the officer does."""
    code = arrived.request.sender_code
    return code if recognised(code) else said if recognised(said) else ""


def _stop(
    scope: Scope, authority_id: int, stop: Arrived, said: str, *, at: datetime, address: str
) -> tuple[list[str], list[str]]:
    """Close the requests that a message names by our reference or by theirs, where the authority that asked
    for them sends it; our references, those that were closed before among them. And the references of those
    that it names where that is not sure: nobody is given up because somebody else's number is the same."""
    values, code = stop.request.values, _sender(stop, said)
    named = store.list_named(
        authority_id, [values.get(Field.REFERENCE, "")[:80], values.get(Field.YOUR_REFERENCE, "")[:80]]
    )
    meant = [one for one in named if code and one.sender_code == code]
    for one in meant:
        if one.closed_at is None:
            _close(scope, one, STOPPED, at=at, address=address)
    return [one.reference for one in meant], [] if meant else [one.reference for one in named]


def _close(scope: Scope, request: IncomingTrace, reason: str, *, at: datetime, address: str) -> None:
    store.write_keys({request.id: ()})
    request.state, request.closed_at = State.CLOSED.value, at
    request.close_reason = f"{request.close_reason} {reason}".strip()
    request.draft = {}
    db.session.flush()
    audit.record(scope, "incoming.closed", f"incoming:{request.id}", at=at, address=address)


def _words(fields: Mapping[str, str]) -> dict[str, str]:
    """What a request says, however its lines end."""
    return {name: " ".join(text.split()) for name, text in fields.items() if text.strip()}
