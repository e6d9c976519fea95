"""The audit log: who did or saw what, and when; append-only, each entry hashing the one before.

For investigators only: no feature reads it (what people are shown are the events of a case). An entry is
written in the transaction of the act it records, so the act fails when its entry does.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from cme.access.scope import Scope
from cme.store.database import AUDIT_LOCK, db, is_writing, read_only
from cme.store.tables import AuditEntry

Word = str | int | bool | None
Detail = Mapping[str, Word | list[Word]]

FIRST_HASH = "0" * 64
"""What the first entry follows."""

PROGRESS_EVERY = 1000

MAX_ACTION, MAX_ROLE = 40, 40

_WORD = re.compile(r"[A-Za-z0-9_.,:;/+=-]{0,80}")


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What `verify` found. `head_hash` is the hash of the last sound entry, worth noting elsewhere.

    `problem` says in words what is wrong with entry `seq`, the first that is not sound.
    """

    ok: bool
    entries: int
    head_hash: str
    problem: str | None = None
    seq: int | None = None


def record(
    scope: Scope, action: str, subject: str, *, at: datetime, address: str = "", detail: Detail | None = None
) -> None:
    """Append an entry to the log, as part of the open transaction.

    `subject` names an object by kind and id, "registration:12". `detail` holds ids, counts and slugs, alone
    or in lists: never a name, a birth date or a sentence, so text with a space in it, or of more than 80
    characters, is refused. Writers take turns from here to their commit, so record last.

    Raises ValueError for anything else in `action`, `subject` or `detail`, and RuntimeError outside
    `transaction()`.
    """
    if not is_writing():
        raise RuntimeError("an audit entry is written inside the transaction of the act it records")
    details = dict(detail or {})
    for word in (action, subject, *details, *_words(details)):
        if isinstance(word, str) and not _WORD.fullmatch(word):
            raise ValueError("the audit log takes ids, counts and slugs; give no free text")
    if len(action) > MAX_ACTION:
        raise ValueError(f"an action is named in {MAX_ACTION} characters")
    session = db.session()
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(AUDIT_LOCK)))
    last = session.execute(
        select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
    ).first()
    seq, previous_hash = (last.seq + 1, last.hash) if last else (1, FIRST_HASH)
    entry = {
        "seq": seq,
        "at": at,
        "actor": _actor(scope),
        "role": _role(scope),
        "action": action,
        "subject": subject,
        "address": address,
        "detail": details,
    }
    session.execute(
        insert(AuditEntry).values(**entry, previous_hash=previous_hash, hash=_hash(previous_hash, entry))
    )


def verify(*, expected_head: str | None = None, progress: Callable[[int], None] | None = None) -> AuditReport:
    """Check the whole chain, one entry at a time, and name the first entry that is not sound.

    A log that lost its last entries is still a chain: give `expected_head`, a head hash noted earlier, and
    the log must still contain it. `progress` is told the number of entries checked, every thousand.
    """
    read_only()
    columns = AuditEntry.__table__.c
    rows = db.session.execute(
        select(*columns).order_by(columns.seq), execution_options={"yield_per": PROGRESS_EVERY}
    )
    head, seq = FIRST_HASH, 0
    head_seen = expected_head in {None, FIRST_HASH}

    def broken(problem: str) -> AuditReport:
        rows.close()
        return AuditReport(False, seq, head, problem, seq + 1)

    while True:
        try:
            row = next(rows, None)
            own_hash = _hash(row.previous_hash, _hashed(row)) if row else None
        except (TypeError, ValueError):
            return broken(f"Entry {seq + 1} was edited: it can no longer be read.")
        if row is None:
            break
        if row.seq != seq + 1:
            return broken(f"Entry {seq + 1} is missing.")
        if row.previous_hash != head:
            return broken(
                f"Entry {seq + 1} does not follow the entry before it: one of them was moved or replaced."
            )
        if row.hash != own_hash:
            return broken(f"Entry {seq + 1} was edited.")
        head, seq = row.hash, seq + 1
        head_seen = head_seen or head == expected_head
        if progress and seq % PROGRESS_EVERY == 0:
            progress(seq)
    if not head_seen:
        return broken(f"The log ends at entry {seq} without the expected head: its end was cut off.")
    return AuditReport(True, seq, head)


def _hashed(row: Row[Any]) -> dict[str, Any]:
    """What of an entry its hash is taken over."""
    return {name: value for name, value in row._mapping.items() if name not in {"previous_hash", "hash"}}


def _hash(previous_hash: str, entry: Mapping[str, Any]) -> str:
    """SHA-256 over the hash before and the entry as JSON: sorted keys, no spaces, ASCII, `at` in UTC."""
    at = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps({**entry, "at": at}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((previous_hash + canonical).encode("ascii")).hexdigest()


def _words(detail: Mapping[str, Any]) -> list[Word]:
    words: list[Word] = []
    for value in detail.values():
        words.extend(value if isinstance(value, list | tuple) else [value])
    if not all(word is None or isinstance(word, str | int) for word in words):
        raise ValueError("the audit log takes ids, counts and slugs; give nothing nested")
    return words


def _actor(scope: Scope) -> str:
    if scope.user_id is not None:
        return f"user:{scope.user_id}"
    return "nobody" if scope == Scope.nobody() else "operator"


def _role(scope: Scope) -> str:
    roles = ",".join(sorted(scope.roles))
    return roles if len(roles) <= MAX_ROLE else f"{len(scope.roles)} roles"
