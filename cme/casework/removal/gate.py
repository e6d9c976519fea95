"""The removal gate: the conditions that must all hold before a name may be deleted from the register.

Shut unless every line holds: until then removal is forbidden, then it is due at once (SI 2024/208 reg
9(1)(h) and (i)). A condition that nobody has recorded is not met. This page only reads; nothing here
removes anybody, and no number of days does.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from cme.attendance.standing import REMOVAL_DAYS
from cme.casework.removal.enquired import since
from cme.casework.removal.facts import Condition, Ground, Limb, RemovalFacts
from cme.casework.words import day

LEAVE_DAYS = 10
"""School days after granted leave ended that Ground H asks for (SI 2024/208 reg 9(1)(h))."""

_QUALIFYING = frozenset({"G", "N", "O"})


@dataclass(frozen=True, slots=True)
class _Answer:
    holds: bool | None
    because: str
    to_change: str = ""


_Check = Callable[[RemovalFacts, date], _Answer]


@dataclass(frozen=True, slots=True)
class _Line:
    id: str
    name: str
    source: str
    check: _Check


def _unrecorded(to_change: str) -> _Answer:
    return _Answer(None, "Not recorded yet.", to_change)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _days(dates: Iterable[date]) -> str:
    return ", ".join(day(on) for on in dates)


def _on_roll(facts: RemovalFacts, _today: date) -> _Answer:
    if facts.on_roll is None or facts.boarder is None:
        return _unrecorded("Record whether the pupil is on roll here, and whether a boarder.")
    if not facts.on_roll:
        return _Answer(
            False, "The pupil is not on the register of this school.", "Nothing: there is no entry."
        )
    if facts.boarder:
        return _Answer(False, "The pupil is a boarder.", "Use the ground for boarders, by hand.")
    if not facts.standing.compulsory_age:
        return _Answer(
            False, "The pupil is not of compulsory school age.", "Use the ground for that age (reg 9(3))."
        )
    return _Answer(True, "On roll here, of compulsory school age, not a boarder.")


def _absence(facts: RemovalFacts, today: date) -> _Answer:
    return _leave_over(facts, today) if facts.ground is Ground.H else _twenty_days(facts, today)


def _leave_over(facts: RemovalFacts, today: date) -> _Answer:
    run = facts.standing.ground_h_days
    if facts.leave_granted is None:
        return _unrecorded("Record the leave that was granted, with its last day.")
    if not facts.leave_granted:
        return _Answer(False, "No leave was granted.", "Ground H needs granted leave: use Ground I.")
    if run is None:
        return _Answer(False, "The pupil has attended since the leave ended.", "Nothing: Ground H has gone.")
    if run < LEAVE_DAYS:
        because = f"{_plural(run, 'school day')} since granted leave ended."
        return _Answer(False, because, f"Wait for {LEAVE_DAYS} school days.")
    return _not_up_to_date(facts, run, today) or _Answer(
        True, f"{_plural(run, 'school day')} since granted leave ended."
    )


def _twenty_days(facts: RemovalFacts, today: date) -> _Answer:
    standing = facts.standing
    run = standing.removal_run or 0
    if run < REMOVAL_DAYS:
        blocked = (
            f" In the way: {', '.join(standing.removal_blocked_by)}." if standing.removal_blocked_by else ""
        )
        return _Answer(
            False,
            f"{run} of {REMOVAL_DAYS} school days of only G, N or O.{blocked}",
            "Wait for the register. Any other code, or a blank, starts the count again.",
        )
    breaking = sorted(set(facts.open_day_codes) - _QUALIFYING - {"#"})
    if breaking:
        return _Answer(
            False,
            f"{run} school days, and since then the register holds {', '.join(breaking)}.",
            "Wait for the day to close. The count then starts again.",
        )
    return _not_up_to_date(facts, run, today) or _Answer(
        True, f"{run} school days of only G, N or O, up to {day(standing.as_of or today)}."
    )


def _not_up_to_date(facts: RemovalFacts, run: int, today: date) -> _Answer | None:
    """Why the count does not speak for today; None where it reaches today or the last school day before."""
    as_of, last_on = facts.standing.as_of, facts.last_school_day_on
    if last_on is None or as_of is None:
        return _unrecorded("Upload the register up to the last school day.")
    if last_on <= as_of <= today:
        return None
    return _Answer(
        False,
        f"{run} school days, counted up to {day(as_of)} only.",
        f"Upload the register up to {day(last_on)}.",
    )


def _full_marks(facts: RemovalFacts, _today: date) -> _Answer:
    doubtful = facts.standing.unmarked_on
    if facts.standing.as_of is None:
        return _unrecorded("Upload the register.")
    if doubtful:
        return _Answer(
            False,
            f"Not marked in full: {_days(doubtful)}.",
            "Complete these days in the school's own system, and upload the register again.",
        )
    return _Answer(True, "Every school day since the pupil last attended is marked in full.")


def _not_seen(facts: RemovalFacts, _today: date) -> _Answer:
    if facts.began_on is None:
        return _unrecorded("Record the day on which the absence, or the leave, began to count.")
    since_on, seen_on = since(facts.ground, facts.began_on), facts.standing.last_seen_on
    if seen_on and seen_on >= since_on:
        return _Answer(
            False, f"Seen in school on {day(seen_on)}.", "Count again from the day the pupil was last seen."
        )
    sighted_on = facts.sighted_on if facts.sighted_on and facts.sighted_on >= since_on else None
    limb = facts.conclusion.limb if facts.conclusion else None
    if sighted_on and limb is Limb.NOT_LOCATED:
        return _Answer(
            False,
            f"Seen in person elsewhere on {day(sighted_on)}, which closes limb (a).",
            "Conclude jointly on limb (b), or help the pupil back.",
        )
    elsewhere = f" Seen in person elsewhere on {day(sighted_on)}." if sighted_on else ""
    if seen_on is None:
        return _Answer(True, f"Never seen in school on the registers held.{elsewhere}")
    return _Answer(True, f"Last seen in school on {day(seen_on)}, and not since.{elsewhere}")


def _no_overdue_n(facts: RemovalFacts, _today: date) -> _Answer:
    if facts.standing.overdue_n:
        return _Answer(
            False,
            f"N older than five school days: {_days(facts.standing.overdue_n)}.",
            "Find the reason, or change each N to O, in the school's own system.",
        )
    return _Answer(True, "No N is older than five school days.")


def _no_sickness(facts: RemovalFacts, _today: date) -> _Answer:
    finding = facts.sickness
    if finding is None:
        return _unrecorded("Record the finding on sickness and unavoidable cause, with reasons and a name.")
    if not finding.no_reasonable_grounds:
        return _Answer(
            False,
            "There are reasonable grounds to believe in sickness or another unavoidable cause.",
            "Keep the pupil on roll and arrange support.",
        )
    if not (finding.reasons.strip() and finding.by.strip() and finding.answers_everything):
        return _Answer(
            False,
            "The finding lacks reasons or a name, or leaves a health note, a parent's message or a Y7 open.",
            "Complete the finding: answer each of them, by a named person.",
        )
    return _Answer(True, f"No reasonable grounds for sickness or unavoidable cause: found by {finding.by}.")


def _enquiries(facts: RemovalFacts, _today: date) -> _Answer:
    school, authority = facts.school_enquiries, facts.authority_enquiries
    if school is None or authority is None:
        return _unrecorded("Complete enquiries of the school and of the local authority, and log them.")
    because = f"Completed since the absence began: {school} by the school, {authority} by the authority."
    if school and authority:
        return _Answer(True, because)
    side = "the school" if authority else "the local authority" if school else "both sides"
    return _Answer(False, because, f"Both sides must enquire: log a completed enquiry of {side}.")


def _concluded(facts: RemovalFacts, today: date) -> _Answer:
    conclusion = facts.conclusion
    if facts.expected_back:
        return _Answer(
            False,
            "The child has been located, or is expected back: there are grounds to expect attendance.",
            "Keep the pupil on roll and help with the return.",
        )
    if facts.lead_open:
        return _Answer(
            False,
            "A possible location is being looked into, so the enquiries have not ended.",
            "Find out whether the child is there, then conclude jointly.",
        )
    if conclusion is None:
        return _unrecorded("Conclude jointly, (a) or (b), with reasons and a signature of each side.")
    if conclusion.stale:
        return _Answer(
            False, "Something happened after the joint conclusion was signed.", "Review it and sign again."
        )
    signed = (
        conclusion.school_signatory.strip()
        and conclusion.authority_signatory.strip()
        and conclusion.reasons.strip()
        and conclusion.signed_on <= today
    )
    if not signed:
        return _Answer(
            False,
            "The joint conclusion lacks a signature, its reasons, or a date up to today.",
            "Complete it: one named signatory of each side.",
        )
    return _Answer(True, f"Limb ({conclusion.limb}), signed for both sides on {day(conclusion.signed_on)}.")


def _recorded_as_not_so(
    fact: Callable[[RemovalFacts], bool | None],
    *,
    when_clear: str,
    when_true: str,
    to_change: str,
    to_record: str,
    found: tuple[str, str, str] = ("", "", ""),
) -> _Check:
    """The check of a line that holds when a fact is recorded as not so.

    `found` is what admissions may find against it: its code, what is said then, and what to do.
    """

    def check(facts: RemovalFacts, _today: date) -> _Answer:
        value, (code, because, to_do) = fact(facts), found
        if value is False and code in facts.contradicted:
            return _Answer(False, because, to_do)
        if value is None:
            return _unrecorded(to_record)
        return _Answer(False, when_true, to_change) if value else _Answer(True, when_clear)

    return check


_no_order = _recorded_as_not_so(
    lambda facts: facts.attendance_order,
    when_clear="No school attendance order names this school.",
    when_true="A school attendance order names this school.",
    to_change="Ask the local authority to amend or revoke the order.",
    to_record="Record whether a school attendance order names this school.",
    found=(
        "order",
        "Admissions found a school attendance order in force after this was recorded.",
        "The local authority looks at that order, and records again whether it names this school.",
    ),
)
_not_dual = _recorded_as_not_so(
    lambda facts: facts.dual_registered,
    when_clear="Not registered at another school.",
    when_true="Dual registered.",
    to_change="Use Ground C, with the consent of every other school.",
    to_record="Record whether the pupil is registered at another school.",
    found=(
        "other_roll",
        "Admissions found the name on another school's roll after this was recorded.",
        "Ask that school, and record again whether the pupil is registered there.",
    ),
)
_not_mobile = _recorded_as_not_so(
    lambda facts: facts.mobile_child,
    when_clear="Not a mobile child at their main school.",
    when_true="A mobile child whose main school this is.",
    to_change="Ask the local authority: a person must look at this one.",
    to_record="Record whether the family travels for its trade and this is the main school.",
)


def _consent(facts: RemovalFacts, _today: date) -> _Answer:
    if facts.authority_arranged_special is None:
        return _unrecorded("Record whether the authority arranged this place at a special school.")
    if not facts.authority_arranged_special:
        return _Answer(True, "Not a special-school place arranged by the authority.")
    reference = facts.consent_reference.strip()
    if not reference:
        return _Answer(
            False,
            "The authority arranged this special-school place and its consent is not recorded.",
            "Obtain the authority's consent and record its reference.",
        )
    return _Answer(True, f"The authority consents: {reference}.")


def _no_objection(facts: RemovalFacts, _today: date) -> _Answer:
    if facts.dsl_confirms_no_objection is None:
        return _unrecorded("Ask the DSL to confirm that no social care or police action is open.")
    if not facts.dsl_confirms_no_objection:
        return _Answer(
            False, "Social care or the police object.", "Wait for their advice, and have the DSL confirm it."
        )
    return _Answer(True, "The DSL confirms that no social care or police action objects.")


def _dated_today(facts: RemovalFacts, today: date) -> _Answer:
    if facts.decided_on is None or facts.removed_on is None:
        return _Answer(None, "Not decided yet.", "The head teacher decides, on the day of the removal.")
    if facts.removed_on != today:
        return _Answer(
            False,
            f"The removal is dated {day(facts.removed_on)}; today is {day(today)}.",
            "Date the removal today: it can be neither back-dated nor dated ahead.",
        )
    if facts.decided_on > facts.removed_on:
        return _Answer(
            False, f"The decision is dated {day(facts.decided_on)}.", "Decide first: on or before today."
        )
    return _Answer(True, f"Decided on {day(facts.decided_on)}, removal dated today.")


def _return_complete(facts: RemovalFacts, _today: date) -> _Answer:
    if facts.return_missing is None:
        return _unrecorded("Prepare the removal return to the local authority.")
    if facts.return_missing:
        missing = ", ".join(facts.return_missing)
        return _Answer(False, f"The return lacks: {missing}.", "Complete the removal return.")
    limb = facts.conclusion.limb if facts.conclusion else None
    if limb is Limb.WILL_NOT_ATTEND and not facts.future_address_known:
        return _Answer(
            False,
            "The joint statement says that the child is located, and the return that the future address is "
            "not known.",
            "Enter in the return where the child is, or conclude otherwise. Withdraw the proposal for that.",
        )
    return _Answer(True, "The removal return is complete.")


_H_AND_I = "SI 2024/208 reg 9(1)(h) and (i)"

_LINES: tuple[_Line, ...] = (
    _Line("on-roll", "On roll, of compulsory school age, not a boarder", "SI 2024/208 reg 9(1)", _on_roll),
    _Line("absence", "Absent for as long as the ground asks", _H_AND_I, _absence),
    _Line("full-marks", "Every school day marked in full", "our policy", _full_marks),
    _Line("not-seen", "Not seen since", f"{_H_AND_I}; our policy for sightings elsewhere", _not_seen),
    _Line("no-overdue-n", "No reason left unresolved", "SI 2024/208 reg 10(7)-(9)", _no_overdue_n),
    _Line("no-sickness", "Not sickness or another unavoidable cause", _H_AND_I, _no_sickness),
    _Line("joint-enquiries", "Enquiries of both sides", _H_AND_I, _enquiries),
    _Line("joint-conclusion", "Joint conclusion, signed by both sides", _H_AND_I, _concluded),
    _Line("no-attendance-order", "No school attendance order", "SI 2024/208 reg 9(1)", _no_order),
    _Line("not-dual-registered", "Not dual registered", "SI 2024/208 reg 9(1)(c)", _not_dual),
    _Line("not-mobile-child", "Not a mobile child at the main school", "our policy", _not_mobile),
    _Line(
        "special-school-consent",
        "Consent for an arranged special-school place",
        "SI 2024/208 reg 9",
        _consent,
    ),
    _Line("no-objection", "No objection of social care or police", "our policy", _no_objection),
    _Line("dated-today", "Decided, and dated today", "SI 2024/208 reg 9: never back-dated", _dated_today),
    _Line("return-complete", "Removal return complete", "SI 2024/208 reg 13", _return_complete),
)


def removal_conditions(facts: RemovalFacts, today: date) -> tuple[Condition, ...]:
    """Every line of the gate for Ground H or I, in order. Source: attendance law s.9, lines 1 to 15."""
    return _conditions(_LINES, facts, today, first=1)


def conditions_named(
    ids: Collection[str], facts: RemovalFacts, today: date, *, first: int
) -> tuple[Condition, ...]:
    """The lines of these ids, numbered from `first`: those of every ground do not look at `facts.ground`."""
    return _conditions([line for line in _LINES if line.id in ids], facts, today, first=first)


def _conditions(
    lines: Iterable[_Line], facts: RemovalFacts, today: date, *, first: int
) -> tuple[Condition, ...]:
    conditions = []
    for number, line in enumerate(lines, start=first):
        answer = line.check(facts, today)
        conditions.append(
            Condition(
                id=line.id,
                number=number,
                name=line.name,
                holds=answer.holds,
                because=answer.because,
                to_change=answer.to_change,
                source=line.source,
            )
        )
    return tuple(conditions)


def gate_open(conditions: Iterable[Condition]) -> bool:
    """Whether every condition holds; an empty gate is shut."""
    lines = tuple(conditions)
    return bool(lines) and all(line.holds is True for line in lines)
