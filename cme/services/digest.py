"""The daily digest: what somebody has to do today, in numbers alone. No child and no case is named in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.services.cover import count_breaking_up
from cme.services.mail import Office
from cme.services.registers.coverage import CoveredSchool, cover_schools
from cme.services.tracing import match_review
from cme.store import alerts, audit, outbox
from cme.store.accounts import scope_of
from cme.store.database import transaction
from cme.store.tables import LocalAuthority


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to do in all, from which each person's part is taken; counts by id.

    `breaking_up` are the open cases of schools whose last day before a holiday it is. `undecided` are the
    children found for an authority who have waited too long for a decision.
    """

    schools: Sequence[CoveredSchool]
    authorities: Sequence[LocalAuthority]
    at_schools: Mapping[int, int]
    at_authorities: Mapping[int, int]
    breaking_up: Mapping[int, int] = field(default_factory=dict)
    undecided: Mapping[int, int] = field(default_factory=dict)


def write_digests(scope: Scope, office: Office, *, on: date, at: datetime) -> int:
    """Put a digest of a day into the outbox for everybody who has something to do; how many are new.

    One a day and person: somebody who has had today's gets no second, whatever has come up since. What
    there is to do is gathered before anything is written, so that no upload waits for it.
    """
    bodies = _bodies(scope, office, on)
    if not bodies:
        return 0
    subject = f"{office.service_name}: things to do on {on:%A} {on.day} {on:%B %Y}"
    with transaction():
        written = sum(
            outbox.add_message(user_id, outbox.DIGEST, on, subject=subject, body=body, at=at)
            for user_id, body in bodies.items()
        )
        if written:
            audit.record(scope, "digests.written", "outbox", at=at, detail={"messages": written})
        return written


def _bodies(scope: Scope, office: Office, on: date) -> dict[int, str]:
    """What is to be written, by user; whoever has the day's digest, or nothing to do, is left out."""
    authorities = outbox.list_authorities(scope)
    due = Due(
        cover_schools(scope, today=on),
        authorities,
        outbox.count_due_at_schools(scope, on),
        outbox.count_due_at_authorities(scope, on),
        count_breaking_up(scope, on),
        {each.id: match_review.count_late(scope, each, on) for each in authorities},
    )
    written_to = outbox.list_written_to(scope, outbox.DIGEST, on)
    users = [user for user in outbox.list_recipients(scope) if user.id not in written_to]
    unread = alerts.count_unread_by_user(scope, [user.id for user in users])
    found = {user.id: list(things_to_do(scope_of(user, on), due)) for user in users}
    return {
        user_id: _body(places, unread.get(user_id, 0), office, on)
        for user_id, places in found.items()
        if places or user_id in unread
    }


def things_to_do(scope: Scope, due: Due) -> Iterator[tuple[str, list[str]]]:
    """What somebody has to do, as sentences by school or authority; places without anything are left out.

    Whoever speaks for a school or an authority is told of its cases, whoever uploads of registers, whoever
    approves of uploads that wait. Who only reads is told nothing.
    """
    for authority in due.authorities:
        held = scope.permissions_at(authority_id=authority.id)
        if Permission.SPEAK_FOR_AUTHORITY in held:
            of_authority = [covered for covered in due.schools if covered.school.authority_id == authority.id]
            lines = [
                *_cases(due.at_authorities.get(authority.id, 0)),
                *_undecided(due.undecided.get(authority.id, 0)),
                *_schools_breaking_up(due.breaking_up, of_authority),
                *_late_schools(of_authority),
            ]
            if lines:
                yield authority.name, lines
    for covered in due.schools:
        school = covered.school
        held = scope.permissions_at(authority_id=school.authority_id, school_id=school.id)
        lines = []
        if Permission.SPEAK_FOR_SCHOOL in held:
            lines += _cases(due.at_schools.get(school.id, 0))
            lines += _breaking_up(due.breaking_up.get(school.id, 0))
        if Permission.UPLOAD_REGISTER in held:
            lines += _registers(covered)
        if Permission.APPROVE_REGISTER in held and covered.waiting:
            lines.append(_number(covered.waiting, "upload waits", "uploads wait") + " for approval.")
        if lines:
            yield school.name, lines


def _cases(number: int) -> list[str]:
    return [_number(number, "thing is", "things are") + " due in cases."] if number else []


def _undecided(number: int) -> list[str]:
    if not number:
        return []
    return [
        _number(number, "child found by a search waits", "children found by a search wait")
        + " too long for a decision."
    ]


def _breaking_up(number: int) -> list[str]:
    if not number:
        return []
    return [_number(number, "open case goes", "open cases go") + " on over the holiday: say who covers."]


def _schools_breaking_up(open_cases: Mapping[int, int], schools: Sequence[CoveredSchool]) -> Iterator[str]:
    found = [open_cases[each.school.id] for each in schools if each.school.id in open_cases]
    if found:
        cases = _number(sum(found), "open case", "open cases")
        yield _number(len(found), "school begins its", "schools begin their") + f" holiday with {cases}."


def _registers(covered: CoveredSchool) -> Iterator[str]:
    if missing := len(covered.coverage.missing):
        yield _number(missing, "school day has", "school days have") + " no register."
    if partial := len(covered.coverage.partial):
        yield _number(partial, "school day has", "school days have") + " only a part of the register."


def _late_schools(schools: Sequence[CoveredSchool]) -> Iterator[str]:
    # Without term dates a half term would look like days without a register.
    planned = (covered for covered in schools if covered.has_calendar)
    late = [len(covered.coverage.missing) for covered in planned if covered.coverage.missing]
    if late:
        days = _number(sum(late), "school day", "school days")
        yield _number(len(late), "school has", "schools have") + f" days without a register ({days} in all)."


def _number(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _body(places: Sequence[tuple[str, list[str]]], unread: int, office: Office, on: date) -> str:
    parts = [f"To do on {on:%A} {on.day} {on:%B %Y}:"]
    if unread:
        parts.append(f"You have {_number(unread, 'alert', 'alerts')} that you have not read.")
    parts += ["\n".join([place, *(f"- {line}" for line in lines)]) for place, lines in places]
    if office.base_url:
        parts.append(f"Sign in to see more: {office.base_url}")
    parts.append("This message names no child. It is sent once a day, when there is something to do.")
    return "\n\n".join(parts) + "\n"
