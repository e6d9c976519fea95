"""Searching our records for the children whom other authorities ask about; what is found waits for a person.

Searched as the authority that was asked, so that nobody is left out because of who presses the button.
Source: tracing reference s.3.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.clock import local_date
from cme.identity.searching import Label, keys_of
from cme.services import alerts
from cme.services.tracing import searching
from cme.services.tracing.incoming import hold
from cme.services.tracing.incoming_reading import values_of
from cme.services.tracing.match_review import restate
from cme.services.tracing.searching import Found
from cme.store import audit
from cme.store import incoming as store
from cme.store.database import db, transaction
from cme.store.matches import read_decided
from cme.store.tables import ChildList, IncomingTrace, School, TraceMatch
from cme.tracing.dispositions import Disposition
from cme.tracing.incoming import State
from cme.tracing.requests import Sought, sought

NOBODY_LEFT = "There is nothing to search for: every request was searched, or has something to correct first."


def search(
    scope: Scope, reference: str, *, seen: int | None, at: datetime, address: str = ""
) -> int | Refused:
    """Look for the child of a request; how many may be it, or Refused where something is to be corrected.

    Raises LookupError outside the scope.
    """
    with transaction():
        held = hold(scope, reference, seen=seen)
        if isinstance(held, Refused):
            return held
        described = described_by(held, local_date(at))
        asked = questions(described)
        if asked:
            return Refused(asked, tuple("stage" for _ in asked))
        _look([held], [described], at=at)
        audit.record(
            scope,
            "incoming.searched",
            f"incoming:{held.id}",
            at=at,
            address=address,
            detail={"found": len(held.matches)},
        )
        return len(held.matches)


def search_batch(scope: Scope, batch: str, *, at: datetime, address: str = "") -> int | Refused:
    """Look for the children of all requests that came together and were not searched; how many requests.

    Those with something to correct first are left. Raises LookupError outside the scope.
    """
    with transaction():
        rows = store.list_batch(scope, batch, Permission.RECEIVE_TRACE)
        if not rows:
            raise LookupError("the requests are not within the scope")
        today = local_date(at)
        described = [(each, described_by(each, today)) for each in rows if each.state == State.RECEIVED]
        ready = [(each, what) for each, what in described if not questions(what)]
        if not ready:
            return Refused((NOBODY_LEFT,), ("stage",))
        _look([each for each, _ in ready], [what for _, what in ready], at=at)
        detail: dict[str, audit.Word] = {"requests": len(ready)}
        audit.record(
            scope, "incoming.searched", f"incoming:{rows[0].id}", at=at, address=address, detail=detail
        )
        return len(ready)


def search_again(registration_ids: Collection[int], school: School, import_id: int, *, at: datetime) -> int:
    """Look for the children of live requests once a register brought somebody like them; how many are new.

    Inside the open transaction that the register came with. The officers are told, once for each request.
    """
    alike = store.list_alike(registration_ids, school.authority_id)
    if not alike:
        return 0
    today = local_date(at)
    described = [described_by(each, today) for each in alike]
    new = _look(alike, described, at=at, import_id=import_id, is_again=True)
    for request, added in zip(alike, new, strict=True):
        if added:
            likely = any(each.label == Label.LIKELY for each in added)
            alerts.tell_of_asked(school, request, import_id, is_likely=likely, at=at)
    return sum(map(len, new))


def search_list(taken: ChildList, *, at: datetime) -> int:
    """The same once a list of children is used from now on."""
    alike = store.list_alike_listed(taken.id, taken.authority_id)
    if not alike:
        return 0
    today = local_date(at)
    new = _look(alike, [described_by(each, today) for each in alike], at=at, is_again=True)
    for request, added in zip(alike, new, strict=True):
        if added:
            likely = any(each.label == Label.LIKELY for each in added)
            alerts.tell_of_asked_listed(request, taken.id, is_likely=likely, at=at)
    return sum(map(len, new))


def rebuild_keys(*, on: date) -> None:
    """Make the keys of every live request anew, inside the open transaction."""
    requests = store.list_searched()
    store.write_keys({each.id: keys_of(described_by(each, on).child.identity) for each in requests})


def described_by(request: IncomingTrace, today: date) -> Sought:
    """The child that a request asks for, as it stands corrected."""
    return sought(values_of(request.fields), today)


def questions(described: Sought) -> tuple[str, ...]:
    """What is to be answered before the child can be searched for; () where nothing is."""
    return tuple(dict.fromkeys(each.message for each in described.remarks if each.is_question))


def _look(
    requests: Sequence[IncomingTrace],
    described: Sequence[Sought],
    *,
    at: datetime,
    import_id: int | None = None,
    is_again: bool = False,
) -> list[list[TraceMatch]]:
    """Search for several children of one authority's requests at once, and keep who was found; the matches
    that are new. Nobody found before is dropped where it is only looked for again."""
    everything = Scope.for_operator({each.authority_id for each in requests})
    results = searching.find(everything, [each.child for each in described])
    if not is_again:
        pairs = zip(requests, described, strict=True)
        store.write_keys({request.id: keys_of(what.child.identity) for request, what in pairs})
    new = []
    for request, found in zip(requests, results, strict=True):
        new.append(_keep(request, found, at=at, import_id=import_id, is_again=is_again))
        if not is_again:
            request.searched_at = at
            request.state = State.ANSWERED.value if request.answered_at else State.SEARCHED.value
    db.session.flush()
    for request in requests:
        db.session.expire(request, ["matches"])
    return new


def _keep(
    request: IncomingTrace, found: Sequence[Found], *, at: datetime, import_id: int | None, is_again: bool
) -> list[TraceMatch]:
    """Keep who was found, and drop who is found no more and was never decided on; the matches that are new or
    to be looked at again."""
    known = {(each.pupil_id, each.listed_id): each for each in request.matches}
    places = {_place(each): each for each in found}
    if not is_again:
        gone = [known[place] for place in known.keys() - places.keys()]
        decided = read_decided({former.id for former in gone})
        for former in gone:
            if former.id not in decided:
                db.session.delete(former)
    new = []
    for place, each in places.items():
        match = known.get(place)
        if match is not None:
            if restate(match, each.finding, at=at, import_id=import_id):
                new.append(match)
            continue
        new.append(
            TraceMatch(
                authority_id=request.authority_id,
                incoming_id=request.id,
                pupil_id=place[0],
                listed_id=place[1],
                import_id=import_id,
                label=each.finding.label.value,
                rule=each.finding.words,
                disposition=Disposition.UNREVIEWED.value,
                found_at=at,
            )
        )
    db.session.add_all(new)
    return new


def _place(found: Found) -> tuple[int | None, int | None]:
    return found.pupil_id, found.listed.listed_id if found.listed is not None else None
