"""The authorities that were asked: who has answered, who is late, and when all of it means "no trace"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cme.tracing.authorities import recipient_faults, recipients
from cme.tracing.gate import Audience
from cme.tracing.replies import Kind, Reply, finds

NO_TRACE = "no trace"
"""The result of a request that everybody answered or let pass, and nobody found the child."""


class RecipientState(StrEnum):
    """Where one authority stands that was asked."""

    AWAITING = "awaiting"
    ANSWERED = "answered"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Recipient:
    """An authority that was asked, as the list stood at sending. `reminded`: it had its one reminder."""

    code: str
    state: RecipientState = RecipientState.AWAITING
    reminded: bool = False


def asked(audience: Audience, chosen: Sequence[str], own: str, *, wales: bool) -> tuple[str, ...]:
    """The codes of the authorities that a request goes to, in order; `own` is our own code.

    Where Wales is ticked beside chosen authorities, its authorities are among those to choose from.
    """
    if audience is Audience.ALL:
        return tuple(each.code for each in recipients(own, wales))
    return tuple(sorted(set(chosen)))


def asking_faults(audience: Audience, chosen: Sequence[str], own: str, *, wales: bool) -> tuple[str, ...]:
    """What is wrong with whom a request goes to, a sentence for each; () where nothing is."""
    codes = asked(audience, chosen, own, wales=wales)
    found = recipient_faults(codes, own, wales=wales)
    if audience is Audience.ONE and len(codes) > 1:
        found = (*found, "A direct enquiry goes to one authority. Choose one, or ask several.")
    return found


def state_of(replies: Iterable[Reply], reply_by_on: date, today: date) -> RecipientState:
    """Where an authority stands by its own replies. One that only asked for more still owes its answer."""
    if any(each.finding.kind is not Kind.MORE_INFO_NEEDED for each in replies):
        return RecipientState.ANSWERED
    return RecipientState.OVERDUE if today > reply_by_on else RecipientState.AWAITING


def to_remind(recipients: Iterable[Recipient]) -> tuple[str, ...]:
    """The codes of the authorities that are late and were not reminded yet: each is reminded once."""
    return tuple(
        each.code for each in recipients if each.state is RecipientState.OVERDUE and not each.reminded
    )


def result_of(recipients: Sequence[Recipient], replies: Sequence[Reply]) -> str:
    """ "no trace" once everybody has answered or is late and nobody found the child; '' until then.

    The search goes on after it: the result ends no case.
    """
    waits = any(each.state is RecipientState.AWAITING for each in recipients)
    return "" if waits or not recipients or finds(replies) else NO_TRACE
