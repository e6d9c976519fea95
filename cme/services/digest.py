"""The daily digest: what somebody has to do today, in numbers alone. No child and no case is named in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.services.coverage import CoveredSchool, cover_schools
from cme.services.mail import Office
from cme.store import audit, outbox
from cme.store.accounts import scope_of
from cme.store.database import transaction
from cme.store.tables import LocalAuthority


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to do in all, from which each person's part is taken; counts by id."""

    schools: Sequence[CoveredSchool]
    authorities: Sequence[LocalAuthority]
    at_schools: Mapping[int, int]
    at_authorities: Mapping[int, int]


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
    due = Due(
        cover_schools(scope, today=on),
        outbox.list_authorities(scope),
        outbox.count_due_at_schools(scope, on),
        outbox.count_due_at_authorities(scope, on),
    )
    written_to = outbox.list_written_to(scope, outbox.DIGEST, on)
    return {
        user.id: _body(places, office, on)
        for user in outbox.list_recipients(scope)
        if user.id not in written_to and (places := list(things_to_do(scope_of(user, on), due)))
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
            if lines := [*_cases(due.at_authorities.get(authority.id, 0)), *_late_schools(of_authority)]:
                yield authority.name, lines
    for covered in due.schools:
        school = covered.school
        held = scope.permissions_at(authority_id=school.authority_id, school_id=school.id)
        lines = []
        if Permission.SPEAK_FOR_SCHOOL in held:
            lines += _cases(due.at_schools.get(school.id, 0))
        if Permission.UPLOAD_REGISTER in held:
            lines += _registers(covered)
        if Permission.APPROVE_REGISTER in held and covered.waiting:
            lines.append(_number(covered.waiting, "upload waits", "uploads wait") + " for approval.")
        if lines:
            yield school.name, lines


def _cases(number: int) -> list[str]:
    return [_number(number, "thing is", "things are") + " due in cases."] if number else []


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


def _body(places: Sequence[tuple[str, list[str]]], office: Office, on: date) -> str:
    parts = [f"To do on {on:%A} {on.day} {on:%B %Y}:"]
    parts += ["\n".join([place, *(f"- {line}" for line in lines)]) for place, lines in places]
    if office.base_url:
        parts.append(f"Sign in to see more: {office.base_url}")
    parts.append("This message names no child. It is sent once a day, when there is something to do.")
    return "\n\n".join(parts) + "\n"
