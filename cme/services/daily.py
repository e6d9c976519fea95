"""What is done every day without anybody asking: clocks move on, old files are erased, digests go out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from cme import bank_holidays
from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.clock import local_date
from cme.services import alerts, cover, digest, mail, missing
from cme.services.absence import recount_school
from cme.services.mail import MailServer, Office
from cme.services.registers import retention
from cme.services.removal import proposals
from cme.services.tracing import child_lists, incoming, trace_replies
from cme.store import audit, cases, schools
from cme.store.database import db, empty_journal, transaction


@dataclass(frozen=True, slots=True)
class Day:
    """A day's work: `on` is the day that it is done for, `at` the present.

    `keep_days` is how long uploaded files are kept, `keep_requests_days` the details of children whom other
    authorities ask about and who are not here; without a `server` no e-mail is sent.
    """

    on: date
    at: datetime
    keep_days: int
    office: Office
    server: MailServer | None = None
    keep_requests_days: int = 90


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of a day's work, in a transaction of its own: of which part, where, and how to do it.

    `act` gives counts by name, and raises when it could not be done; then it has done nothing.
    """

    part: str
    where: str
    act: Callable[[], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended: its counts, or the kind of fault that stopped it."""

    step: Step
    counts: Mapping[str, int]
    fault: str = ""


class Unsent(Exception):
    """Messages that could not be sent; the text says how many and why, and holds no address."""


def steps(scope: Scope, day: Day) -> list[Step]:
    """A day's work, in the order in which it is done: digests are written when everything has moved on.

    At weekends and on bank holidays no digest is written; all else is done.
    """
    old = set(retention.schools_to_erase(scope, on=day.on, keep_days=day.keep_days))
    places = [(school.laestab, school.name) for school in schools.list_schools(scope, Permission.SEE_PUPIL)]
    db.session.rollback()
    planned = [
        Step("Files", name, partial(_erase, scope, laestab, day))
        for laestab, name in places
        if laestab in old
    ]
    if planned:
        planned.append(Step("Files", "the database's journal", _forget))
    planned += [Step("Cases", name, partial(move_on, scope, laestab, at=day.at)) for laestab, name in places]
    planned.append(Step("Traces", "all authorities", partial(_sweep, scope, day)))
    if _is_working_day(day.on):
        planned.append(Step("Digests", "all schools", partial(_write, scope, day)))
    return [*planned, *urgent_steps(scope, day)]


def urgent_steps(scope: Scope, day: Day) -> list[Step]:
    """What cannot wait for the morning: clocks of missing children, and urgent alerts by e-mail."""
    escalate = Step("Missing children", "all schools", partial(_escalate, scope, day))
    if day.server is None:
        return [escalate]
    return [
        escalate,
        Step("Alerts", "all messages", partial(_write_alerts, scope, day)),
        Step("E-mail", "all messages", partial(_send, scope, day, day.server)),
    ]


def _is_working_day(on: date) -> bool:
    """Whether anybody is at work to read a digest; what is due stands in the next one (our policy)."""
    return SchoolCalendar(bank_holidays=bank_holidays.england()).is_school_day(on)


def take(step: Step) -> Outcome:
    """Do one step. A step that fails leaves nothing behind, and hinders no other."""
    try:
        return Outcome(step, step.act())
    except Unsent as fault:
        return Outcome(step, {}, str(fault))
    except Exception as fault:
        # Whatever it is: its text may hold personal data, and the other schools must not wait for this one.
        return Outcome(step, {}, type(fault).__name__)
    finally:
        db.session.rollback()


def move_on(scope: Scope, laestab: str, *, at: datetime) -> Mapping[str, int]:
    """Count a school again and let its cases follow, so that clocks run without an upload.

    Raises LookupError for a school outside the scope. Nothing is written where nothing has changed.
    """
    with transaction():
        school = schools.lock_school(scope, laestab, Permission.SEE_PUPIL)
        recounted, followed = recount_school(school, at=at)
        open_cases = cases.list_school_cases(scope, school.id)
        told = alerts.tell_of_duties(scope, school, open_cases, on=local_date(at), at=at)
        told += cover.tell(scope, school, len(open_cases), at=at)
        told += proposals.tell_of_silence(scope, school, on=local_date(at), at=at)
        counts = {
            "counts changed": len(recounted.changes),
            "cases moved": len(followed),
            "alerts given": told,
        }
        if any(counts.values()):
            detail = {"changed": len(recounted.changes), "cases": len(followed), "alerts": told}
            audit.record(scope, "school.moved_on", f"school:{school.id}", at=at, detail=detail)
        return counts


def _erase(scope: Scope, laestab: str, day: Day) -> Mapping[str, int]:
    erased = retention.erase_kept(scope, laestab, on=day.on, keep_days=day.keep_days, at=day.at)
    return {"uploads erased": erased.uploads, "of them never approved": erased.lapsed}


def _forget() -> Mapping[str, int]:
    empty_journal()
    return {}


def _sweep(scope: Scope, day: Day) -> Mapping[str, int]:
    swept = trace_replies.sweep(scope, on=day.on, at=day.at)
    erased = incoming.erase_old(scope, on=day.on, keep_days=day.keep_requests_days, at=day.at)
    return {**swept, "lists erased that nobody used": child_lists.erase_waiting(at=day.at), **erased}


def _write(scope: Scope, day: Day) -> Mapping[str, int]:
    return {"written": digest.write_digests(scope, day.office, on=day.on, at=day.at)}


def _escalate(scope: Scope, day: Day) -> Mapping[str, int]:
    return {"people told": missing.escalate(scope, at=day.at)}


def _write_alerts(scope: Scope, day: Day) -> Mapping[str, int]:
    return {"alerts written": alerts.write_mails(scope, day.office, on=day.on, at=day.at)}


def _send(scope: Scope, day: Day, server: MailServer) -> Mapping[str, int]:
    """Raises Unsent when a message of the day could not be sent."""
    sent = mail.send_waiting(scope, server.sender, server.connect, on=day.on, at=day.at)
    if sent.waiting or sent.stuck:
        why = f": {sent.why}" if sent.why else ""
        raise Unsent(f"{sent.sent} sent, {sent.waiting} to be tried again, {sent.stuck} given up{why}")
    return {"sent": sent.sent}
