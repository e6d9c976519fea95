"""Lists of children beside the rolls, which are searched for other authorities' children.

Home-educated children and applications for school places. Source: tracing reference s.3, point 3. A list
holds what a search needs and nothing else, and goes when a newer one comes (our policy).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.clock import local_date
from cme.identity.searching import Child
from cme.services.tracing import matches
from cme.store import audit
from cme.store import child_lists as store
from cme.store.database import db, transaction
from cme.store.tables import ChildList
from cme.store.vault import seal, unseal
from importers.child_lists import ChildrenRead, read_child_list
from importers.issues import Severity
from importers.reading import WEB_LIMITS, Limits, shown_name
from importers.reading import Refused as Unreadable

WAITS = timedelta(days=7)
"""How long an upload waits to be decided on before it is erased (our policy)."""

_LONGEST_FILE_NAME = 200


class ListKind(StrEnum):
    """What the children of a list have in common."""

    HOME_EDUCATION = "home_education"
    ADMISSIONS = "admissions"

    @property
    def label(self) -> str:
        """The kind in words, as a heading."""
        return {"home_education": "Home education", "admissions": "Admissions"}[self.value]


@dataclass(frozen=True, slots=True)
class WaitingList:
    """An upload that waits: what was read of it, and the list that it would replace, if there is one."""

    upload: ChildList
    read: ChildrenRead
    replaces: ChildList | None

    @property
    def left_out(self) -> tuple[str, ...]:
        """Why rows, sheets or the whole file cannot be used."""
        return tuple(each.message for each in self.read.issues if each.severity is Severity.ERROR)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """What is to be looked at in rows that are used."""
        return tuple(each.message for each in self.read.issues if each.severity is not Severity.ERROR)


def receive(
    scope: Scope,
    authority_id: int,
    kind: ListKind,
    filename: str,
    content: bytes,
    *,
    at: datetime,
    address: str = "",
    limits: Limits = WEB_LIMITS,
) -> int | Refused:
    """Keep an upload until somebody has looked at it; its id. The list in use stays in use.

    It takes the place of another upload of the kind that waits. Refused where the file cannot be read, in
    which case its hash is recorded and nothing else. Raises LookupError outside the scope.
    """
    if authority_id not in scope.reach(Permission.KEEP_CHILD_LISTS).authorities:
        raise LookupError("the authority is not within the scope")
    sha256 = hashlib.sha256(content).hexdigest()
    detail = {"kind": kind.value, "sha256": sha256}
    db.session.rollback()
    try:
        read_child_list(content, filename, today=local_date(at), limits=limits)
    except Unreadable as refusal:
        with transaction():
            subject = f"authority:{authority_id}"
            audit.record(scope, "child_list.refused", subject, at=at, address=address, detail=detail)
        return Refused((refusal.issue.message,), ("file",))
    sealed = seal(content)
    with transaction():
        waiting = ChildList(
            authority_id=authority_id,
            kind=kind.value,
            file_name=shown_name(filename)[:_LONGEST_FILE_NAME],
            sha256=sha256,
            content=sealed,
            created_at=at,
            created_by=scope.name,
        )
        store.add(waiting)
        subject = f"child_list:{waiting.id}"
        audit.record(scope, "child_list.received", subject, at=at, address=address, detail=detail)
        return waiting.id


def show(scope: Scope, list_id: int, *, limits: Limits = WEB_LIMITS) -> WaitingList | None:
    """An upload that waits, read with what was said of its columns; None outside the scope or decided."""
    upload = store.find_waiting(scope, list_id)
    if upload is None:
        return None
    return WaitingList(upload, _read(upload, limits), store.in_use(upload.authority_id, upload.kind))


def name_columns(scope: Scope, list_id: int, columns: Mapping[str, str]) -> None:
    """Keep what somebody said of the headings of an upload: the field of each, '' for none.

    Raises LookupError outside the scope, or once somebody has decided.
    """
    with transaction():
        upload = store.lock_waiting(scope, list_id)
        if upload is None:
            raise LookupError("no such list waits within the scope")
        upload.columns = dict(columns)


def take(
    scope: Scope,
    list_id: int,
    *,
    seen: Mapping[str, Any],
    at: datetime,
    address: str = "",
    limits: Limits = WEB_LIMITS,
) -> Refused | None:
    """Search in this list from now on, in place of the one of its kind before, whose children are erased.

    The children who are looked for are searched for in it. `seen` are the columns as they were named on the
    page. Refused for a list without children, and nothing
    changes. Raises LookupError outside the scope, or once somebody has decided.
    """
    with transaction():
        upload = store.lock_waiting(scope, list_id)
        if upload is None:
            raise LookupError("no such list waits within the scope")
        if upload.columns != seen:
            changed = "Somebody has named the columns differently meanwhile. Look again, then use the list."
            return Refused((changed,), ("seen",))
        read = _read(upload, limits)
        if not read.children:
            return Refused(("No row of this list can be searched by, so it is not used.",), ("columns",))
        replaced = store.in_use(upload.authority_id, upload.kind)
        if replaced is not None:
            replaced.replaced_at = at
        upload.taken_at, upload.content = at, None
        upload.children = len(read.children)
        db.session.flush()
        store.fill(upload, [_row(child) for child in read.children])
        if replaced is not None:
            store.carry_over(replaced, upload)
            store.erase_replaced()
        found = matches.search_list(upload, at=at)
        detail: dict[str, Any] = {
            "kind": upload.kind,
            "sha256": upload.sha256,
            "children": upload.children,
            "replaces": replaced.sha256 if replaced else "",
            "matches": found,
        }
        audit.record(
            scope, "child_list.taken", f"child_list:{upload.id}", at=at, address=address, detail=detail
        )
    return None


def cancel(scope: Scope, list_id: int, *, at: datetime, address: str = "") -> None:
    """Give up an upload; the list in use stays. Raises LookupError outside the scope, or once decided."""
    with transaction():
        upload = store.lock_waiting(scope, list_id)
        if upload is None:
            raise LookupError("no such list waits within the scope")
        detail = {"kind": upload.kind, "sha256": upload.sha256}
        subject = f"child_list:{upload.id}"
        audit.record(scope, "child_list.cancelled", subject, at=at, address=address, detail=detail)
        store.remove(upload)


def list_all(scope: Scope) -> tuple[Sequence[ChildList], Sequence[ChildList]]:
    """The lists that are searched, and the uploads that wait."""
    return store.list_in_use(scope), store.list_waiting(scope)


def erase_waiting(*, at: datetime) -> int:
    """Give up the uploads that nobody decided on in time; how many."""
    with transaction():
        return store.erase_waiting(at - WAITS)


def _read(upload: ChildList, limits: Limits) -> ChildrenRead:
    content = unseal(upload.content or b"")
    today = local_date(upload.created_at)
    return read_child_list(content, upload.file_name, today=today, named=upload.columns, limits=limits)


def _row(child: Child) -> dict[str, Any]:
    one = child.identity
    return {
        "surname": one.surname,
        "forename": one.forename,
        "born_on": one.born_on,
        "sex": child.sex if child.sex in ("F", "M") else "",
        "upn": next(iter(one.upns), ""),
        "other_names": {
            "upns": list(one.upns[1:]),
            "surnames": list(one.other_surnames),
            "forenames": list(one.other_forenames),
        },
        "address": f"{child.address}\n{one.postcode}".rstrip(),
    }
