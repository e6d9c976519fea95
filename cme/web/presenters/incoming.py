"""Other authorities' requests as pages show them: what they ask, who may be meant, and what is answered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from flask import url_for

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.clock import local_date
from cme.identity.searching import Child, Label, Line, Verdict
from cme.services.tracing.child_lists import ListKind
from cme.services.tracing.incoming_search import described_by
from cme.services.tracing.incoming_views import Candidate, IncomingView, Places
from cme.store.incoming import Part
from cme.tracing.authorities import named
from cme.tracing.dispositions import Disposition
from cme.tracing.incoming import State, answer_label
from cme.tracing.requests import Field
from cme.web.presenters.dates import day, moment
from cme.web.presenters.words import counted

_F = Field

GROUPS: Mapping[str, Mapping[Field, tuple[str, bool]]] = MappingProxyType(
    {
        "Who asks": {
            _F.REFERENCE: ("Their reference", False),
            _F.SENDER: ("From", False),
            _F.OFFICER: ("Their officer", False),
            _F.PHONE: ("Their phone", False),
            _F.EMAIL: ("Their e-mail", False),
            _F.ASKED_ON: ("Date of the request", False),
            _F.REPLY_BY: ("Reply by", False),
            _F.YOUR_REFERENCE: ("Our reference, as they give it", False),
            _F.SUBJECT: ("Subject", False),
        },
        "The child": {
            _F.SURNAME: ("Legal surname", False),
            _F.FORENAMES: ("Forenames", False),
            _F.FULL_NAME: ("Full name", False),
            _F.OTHER_SURNAMES: ("Other surnames", False),
            _F.OTHER_FORENAMES: ("Other forenames", False),
            _F.OTHER_NAMES: ("Other names", False),
            _F.BORN_ON: ("Date of birth", False),
            _F.SEX: ("Sex", False),
            _F.UPN: ("UPN", False),
            _F.FORMER_UPNS: ("Former UPNs", False),
            _F.YEAR_GROUP: ("Year group", False),
        },
        "Home and family": {
            _F.ADDRESS: ("Last address", True),
            _F.POSTCODE: ("Postcode", False),
            _F.PARENTS: ("Parents or carers", True),
            _F.SIBLINGS: ("Brothers and sisters", True),
        },
        "School and search": {
            _F.LAST_SCHOOL: ("Last school", True),
            _F.LAST_ATTENDED: ("Last attended", False),
            _F.LAST_SEEN: ("Last seen", False),
            _F.OFF_ROLL: ("Removed from roll", False),
            _F.CHECKS: ("Checks made", True),
            _F.DESTINATION: ("Believed destination", True),
            _F.ETHNICITY: ("Ethnicity", False),
            _F.LANGUAGE: ("First language", False),
            _F.NOTES: ("Notes", True),
        },
    }
)
"""Every field of a request under its heading, with its label and whether it has several lines."""

FIELDS: Mapping[Field, tuple[str, bool]] = MappingProxyType(
    {field: about for group in GROUPS.values() for field, about in group.items()}
)

PARTS: Mapping[Part, str] = MappingProxyType(
    {
        Part.OPEN: "to answer",
        Part.UNREVIEWED: "with a child to decide on",
        Part.ANSWERED: "answered",
        Part.CLOSED: "closed",
    }
)

_TONES: Mapping[State, str] = MappingProxyType(
    {
        State.RECEIVED: "referral-draft",
        State.SEARCHED: "due",
        State.ANSWERED: "done",
        State.CLOSED: "closed",
    }
)

GRID_TAGS = {
    Verdict.MATCH: {"text": "Match", "tone": "done"},
    Verdict.DIFFERS: {"text": "Differs", "tone": "overdue"},
    Verdict.BLANK_THEIRS: {"text": "They do not say", "tone": ""},
    Verdict.BLANK_OURS: {"text": "Not on record", "tone": ""},
}

MISSING = (
    "The child is missing here too, and is looked for. An answer that tells of a roll says so by itself, "
    "and asks them to telephone you."
)
SECOND = "It counts once a second officer has decided it too: the child is protected."

HIDDEN = "A restricted child may be meant. Ask a CME officer of the authority."


def parts_of(counts: Mapping[Part, int], part: Part) -> list[dict[str, Any]]:
    """The parts of the list with their numbers: [{text, number, href, current, tone}]."""
    return [
        {
            "text": text,
            "number": counts[key],
            "href": url_for("tracing.list_incoming", part=key.value),
            "current": key is part,
            "tone": "warn" if key is Part.UNREVIEWED and counts[key] else "",
        }
        for key, text in PARTS.items()
    ]


def list_row(request: Any, *, today: date, late: datetime | None = None) -> dict[str, Any]:
    """One request of a list: whom they ask about, who asks, where it stands, and who was found."""
    waiting = [each for each in request.matches if each.disposition == Disposition.UNREVIEWED.value]
    by_on = request.reply_by_on
    is_late = by_on is not None and by_on < today and request.state in (State.RECEIVED, State.SEARCHED)
    return {
        "child": _asked_for(request, today),
        "reference": request.reference,
        "href": url_for("tracing.show_incoming", incoming_reference=request.reference),
        "sender": named(request.sender_code) if request.sender_code else "Not known",
        "theirs": request.sender_reference,
        "received": day(request.received_on),
        "reply_by": day(by_on) if by_on else "",
        "is_late": is_late,
        "tags": _tags(request),
        "found": _found(request),
        "waiting": len(waiting),
        "waits_long": bool(late and any(each.found_at < late for each in waiting)),
        "unread": len(request.unread),
        "lacks": _lacks(request, today),
    }


def _lacks(request: Any, today: date) -> list[str]:
    """Why a request cannot be searched for, in short."""
    if request.searched_at is not None or request.closed_at is not None:
        return []
    return [
        f"{FIELDS[each.field][0]}: {each.message.partition('. ')[0].rstrip('.')}."
        for each in described_by(request, today).remarks
        if each.is_question
    ]


def page(scope: Scope, view: IncomingView) -> dict[str, Any]:
    """Everything that the page of a request shows."""
    request = view.request
    may = view.is_open and scope.may(Permission.RECEIVE_TRACE, authority_id=request.authority_id)
    return {
        "reference": request.reference,
        "version": request.version,
        "child": _name(view.described.child) if not request.erased_at else "Details erased",
        "tags": [*_tags(request), *_confidence(view)],
        "sender": named(request.sender_code) if request.sender_code else "an authority that is not known",
        "rows": _facts(view),
        "groups": _groups(view),
        "unread": unread_of(view),
        "remarks": [
            {"text": f"{FIELDS[each.field][0]}: {each.message}", "is_question": each.is_question}
            for each in view.described.remarks
        ]
        if not request.erased_at
        else [],
        "notes": view.notes,
        "original": view.original,
        "candidates": [_candidate(request.reference, each) for each in view.candidates],
        "undecided": view.undecided,
        "is_searched": request.searched_at is not None,
        "searched": f"Searched on {moment(request.searched_at)}." if request.searched_at else "",
        "is_erased": request.erased_at is not None,
        "is_restricted": view.restricted and not view.is_hidden,
        "missing": MISSING if view.is_missing and not view.restricted else "",
        "message": view.message,
        "faults": list(view.faults.values()),
        "replies": [
            {
                "id": each.id,
                "title": f"{answer_label(each.answer)}, sent on {moment(each.sent_at)}",
                "by": each.sent_by,
                "subject": each.subject,
                "body": HIDDEN if view.is_hidden else each.body,
            }
            for each in reversed(request.replies)
        ],
        "closed": _closed(view),
        "batch": url_for("tracing.show_batch", incoming_reference=request.batch),
        "may": may,
        "may_decide": scope.may(Permission.RECEIVE_TRACE, authority_id=request.authority_id)
        and not request.erased_at,
        "may_reopen": not view.is_open
        and not request.erased_at
        and scope.may(Permission.RECEIVE_TRACE, authority_id=request.authority_id),
        "is_sender_known": bool(request.sender_code),
        "may_search": may and not view.asked,
        "next": _next(view),
    }


def match_page(view: IncomingView, candidate: Candidate, decisions: Sequence[Any]) -> dict[str, Any]:
    """One child who was found beside the one asked for, and what was decided before."""
    return {
        **_candidate(view.request.reference, candidate),
        "asked": _name(view.described.child),
        "found": day(local_date(candidate.match.found_at)),
        "version": candidate.match.version,
        "is_restricted": candidate.is_restricted,
        "decisions": [
            {
                "text": Disposition(each.disposition).label,
                "by": f"{each.decided_by}, {moment(each.decided_at)}",
                "reason": each.reason,
            }
            for each in reversed(decisions)
        ],
    }


def grid_rows(grid: Iterable[Line], tags: Mapping[Verdict, Mapping[str, str]]) -> list[dict[str, Any]]:
    """Two descriptions field by field, nothing left blank: [{field, theirs, ours, tag}]."""
    return [
        {
            "field": line.field,
            "theirs": line.theirs or "Not given",
            "ours": line.ours or "Not on record",
            "tag": tags[line.verdict],
        }
        for line in grid
    ]


def filled_in(view: IncomingView) -> dict[str, Any]:
    """What the record says of the child who is the same one, for the answer."""
    same = view.same
    if same is None:
        return {}
    on_roll = next((each for each in same.places.registrations if each.removed_on is None), None)
    last = next(iter(same.places.registrations), None)
    if on_roll is not None:
        return {
            "laestab": on_roll.school.laestab,
            "school_name": on_roll.school.name,
            "started_on": on_roll.starting_on,
        }
    return {"known_from_on": last.starting_on, "known_until_on": last.removed_on} if last else {}


def _closed(view: IncomingView) -> str:
    request = view.request
    if request.closed_at is None:
        return ""
    why = "" if view.is_hidden else request.close_reason
    return f"Closed on {day(local_date(request.closed_at))}. {why}".strip()


def _asked_for(request: Any, today: date) -> str:
    if request.erased_at is not None:
        return "Details erased"
    return _name(described_by(request, today).child)


def _name(child: Child) -> str:
    identity = child.identity
    return f"{identity.forename} {identity.surname}".strip() or next(iter(identity.upns), "No name given")


def _tags(request: Any) -> list[dict[str, str]]:
    state = State(request.state)
    found = [{"text": state.label, "tone": _TONES[state]}]
    if request.answer:
        found.append({"text": answer_label(request.answer), "tone": "done"})
    return found


def _confidence(view: IncomingView) -> list[dict[str, str]]:
    return [{"text": "In confidence", "tone": "restricted"}] if view.restricted and not view.is_hidden else []


def _found(request: Any) -> str:
    if request.searched_at is None and not request.matches:
        return "Not searched yet" if request.erased_at is None else ""
    labels = [each.label for each in request.matches]
    if not labels:
        return "None found" if request.erased_at is None else ""
    likely = labels.count(Label.LIKELY)
    parts = [counted(likely, "likely", "likely")] if likely else []
    return ", ".join([*parts, *([f"{len(labels) - likely} possible"] if len(labels) > likely else [])])


def _facts(view: IncomingView) -> list[dict[str, Any]]:
    request = view.request
    facts = [
        ("Asked by", named(request.sender_code) if request.sender_code else "Not known"),
        ("Their reference", request.sender_reference or "None given"),
        ("Received", f"{day(request.received_on)}, entered by {request.created_by}"),
        ("Reply by", day(request.reply_by_on) if request.reply_by_on else "Not said"),
    ]
    if view.is_open and request.close_reason and not view.is_hidden:
        facts.append(("Closed before", request.close_reason))
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in facts]


def _groups(view: IncomingView) -> list[dict[str, Any]]:
    found = []
    for heading, fields in GROUPS.items():
        rows = [
            {"key": {"text": label}, "value": {"text": view.values[field]}}
            for field, (label, _) in fields.items()
            if view.values.get(field) and field is not Field.REFERENCE
        ]
        if rows:
            found.append({"heading": heading, "rows": rows})
    return found


def unread_of(view: IncomingView) -> list[str]:
    """What was not read of a request, as far as the viewer may see its words."""
    return [f"Line {each.number}: {each.text}" if each.number else each.text for each in view.unread]


def _candidate(reference: str, candidate: Candidate) -> dict[str, Any]:
    match = candidate.match
    return {
        "id": match.id,
        "name": _name(candidate.child) if candidate.child is not None else "",
        "hidden": HIDDEN if candidate.child is None else "",
        "label": match.label.capitalize(),
        "rule": match.rule if candidate.child is not None else "",
        "places": _places(candidate.places),
        "disposition": f"{candidate.disposition.label}. {SECOND}"
        if candidate.waits_for_second
        else candidate.disposition.label,
        "is_open": candidate.disposition is Disposition.UNREVIEWED,
        "grid": grid_rows(candidate.grid, GRID_TAGS),
        "href": url_for(
            "tracing.show_incoming_match", incoming_reference=reference, incoming_match_id=match.id
        )
        if candidate.child is not None
        else "",
    }


def _places(places: Places) -> list[dict[str, str]]:
    """Where a child is known here, each with the page that has more."""
    found = [
        {
            "text": f"On the roll of {each.school.name}"
            if each.removed_on is None
            else f"Left the roll of {each.school.name} on {day(each.removed_on)}",
            "href": "",
        }
        for each in places.registrations
    ]
    found += [
        {
            "text": f"Case {each.reference}, {'closed' if each.closed_at else 'open'}",
            "href": url_for("cases.show", case_reference=each.reference),
        }
        for each in places.cases
    ]
    if places.is_recorded:
        found.append({"text": "On the record of children missing education", "href": ""})
    if places.list_kind:
        kind = ListKind(places.list_kind).label.lower()
        of = f" of {day(places.listed_on)}" if places.listed_on else ""
        found.append({"text": f"In the {kind} list{of}; on no roll that is known here", "href": ""})
    return found


def _next(view: IncomingView) -> str:
    """What there is to do now, in a sentence; '' where nothing is."""
    if not view.is_open:
        return f"No answer is owed any more. {_decide(view)}" if view.undecided else ""
    if view.request.searched_at is None:
        return "Correct the request first." if view.asked else "Read it, correct it, then search."
    if view.undecided and not (view.restricted and view.message):
        return _decide(view)
    if not view.request.sender_code and (view.message is not None or view.faults):
        return "Choose which authority asks, then send the answer."
    if view.message is not None:
        return "Paste the answer into School to School, then record that it was sent."
    if view.request.answered_at is None:
        return "Write the answer."
    return ""


def _decide(view: IncomingView) -> str:
    return f"Decide on {counted(view.undecided, 'child', 'children')} found."
