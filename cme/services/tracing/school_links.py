"""Schools that got another number: kept by the authority's administrator, named wherever a number is used.

Source: tracing reference s.12.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from cme.access.scope import Scope
from cme.store import audit, schools
from cme.store import school_links as store
from cme.store.database import transaction
from cme.store.tables import LocalAuthority, SchoolLink
from cme.tracing.authorities import Use, ruling
from cme.tracing.ctf.names import Place
from cme.tracing.establishments import numbers_in, read_laestab
from cme.tracing.renumbering import Link, faults, sentence

KNOWN = "This change is recorded already. Take it back first to enter another day or name."
LONGEST_NAME = 200


def renumbered(laestab: str, today: date) -> str:
    """Where a school is that had this number; '' for a number that is in use as far as is known."""
    return sentence(laestab, links_from, today)


def links_from(laestab: str) -> Sequence[Link]:
    """What a number became, as the rules take it."""
    return [_link(each) for each in store.list_from(laestab)]


def notes_on(text: str, today: date) -> tuple[str, ...]:
    """The same for every number that stands in a text, such as a name with 841/2000 behind it."""
    return tuple(filter(None, (renumbered(each, today) for each in numbers_in(text))))


def destination_notes(destination: Place, today: date) -> tuple[str, ...]:
    """What to look at before a file goes to a real number: a sentence; () where there is nothing.

    That a number is closed is the whole answer: that its authority is a former one adds nothing.
    """
    if not destination.has_number:
        return ()
    found = renumbered(destination.text, today) or ruling(destination.authority, Use.DESTINATION).sentence
    return (found,) if found else ()


def add(
    scope: Scope, authority: LocalAuthority, link: Link, *, at: datetime, address: str = ""
) -> Mapping[str, str]:
    """Record that a school of an authority got another number; what is wrong by field, {} once it is kept.

    The numbers are as they were typed. Raises LookupError outside the scope.
    """
    _check(scope, authority)
    code, wrong = authority.code, faults(link, authority.code, links_from)
    if wrong:
        return wrong
    old, new = read_laestab(link.laestab).text, read_laestab(link.successor).text
    try:
        with transaction():
            row = store.find(old, new)
            if row is not None and row.ended_at is None:
                return {"laestab": KNOWN}
            row = row or SchoolLink(laestab=old, successor_laestab=new)
            row.urn, row.successor_urn = link.urn.strip(), link.successor_urn.strip()
            row.successor_name, row.changed_on = link.name.strip()[:LONGEST_NAME], link.changed_on
            row.created_at, row.created_by, row.ended_at = at, scope.name, None
            store.add(row)
            detail: audit.Detail = {"authority": code, "from": old, "to": new}
            subject = f"school_link:{row.id}"
            audit.record(scope, "school.renumbered", subject, at=at, address=address, detail=detail)
    except IntegrityError:
        return {"laestab": KNOWN}
    return {}


def take_back(
    scope: Scope, authority: LocalAuthority, link_id: int, *, at: datetime, address: str = ""
) -> None:
    """Take back a link that is wrong. Raises LookupError outside the scope, and where there is none."""
    _check(scope, authority)
    with transaction():
        if not store.end(authority.code, link_id, at):
            raise LookupError("the authority has no such link")
        audit.record(scope, "school.renumbering_ended", f"school_link:{link_id}", at=at, address=address)


def _check(scope: Scope, authority: LocalAuthority) -> None:
    if schools.find_authority(scope, authority.code) is None:
        raise LookupError("the authority is not within the scope")


def _link(row: SchoolLink) -> Link:
    return Link(
        laestab=row.laestab,
        successor=row.successor_laestab,
        name=row.successor_name,
        changed_on=row.changed_on,
        urn=row.urn,
        successor_urn=row.successor_urn,
    )
