"""The ledger: every day of a registration's runs, what it did to each, and why."""

from dataclasses import dataclass
from datetime import date

from cme.attendance.calendar import RegisterDays
from cme.attendance.codes import BY_LETTER, Code, RemovalEffect, ReturnEffect, UnseenEffect, code_of
from cme.attendance.lines import Lines
from cme.attendance.runs import Effect, Place, Step, fold


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """One day of the ledger.

    `am` and `pm` are codes: '' is a held session without a mark, '#' one that was not held. The three
    effects are the day's on `return_run`, `removal_run` and `days_unseen`, which hold the runs after it.
    `why` says it in a sentence, `source` where the rule comes from.
    """

    on: date
    am: str
    pm: str
    on_return: Effect
    on_removal: Effect
    on_unseen: Effect
    return_run: int
    removal_run: int
    days_unseen: int
    why: str
    source: str


def ledger(lines: Lines, register: RegisterDays, place: Place) -> tuple[LedgerDay, ...]:
    """Every day from the starting day to `register.as_of`, in order; empty for a boarder."""
    return tuple(_ledger_day(step, place, planned=register.planned) for step in fold(lines, register, place))


def _ledger_day(step: Step, place: Place, *, planned: bool) -> LedgerDay:
    why, source = _why(step, planned=planned)
    if step.day.on in place.sightings:
        why += " The child was seen in person on this day."
    return LedgerDay(
        on=step.day.on,
        am=code_of(step.am),
        pm=code_of(step.pm),
        on_return=_return_word(step),
        on_removal=_removal_word(step, planned=planned),
        on_unseen=_unseen_word(step, place),
        return_run=step.return_run,
        removal_run=step.removal_run,
        days_unseen=step.days_unseen,
        why=why,
        source=source,
    )


def _return_word(step: Step) -> Effect:
    if not step.of_age or not step.day.is_school_day:
        return Effect.SKIPPED
    match step.effects.on_return:
        case ReturnEffect.ZERO:
            return Effect.BROKE
        case ReturnEffect.COUNT:
            return Effect.COUNTED
        case ReturnEffect.NEUTRAL:
            return Effect.UNKNOWN if step.effects.unmarked else Effect.SKIPPED


def _removal_word(step: Step, *, planned: bool) -> Effect:
    if not step.of_age:
        return Effect.SKIPPED
    if not step.day.reported and not planned:
        return Effect.UNKNOWN
    match step.effects.on_removal:
        case RemovalEffect.QUALIFY:
            return Effect.COUNTED
        case RemovalEffect.BREAK:
            return Effect.BROKE
        case RemovalEffect.NONE:
            return Effect.SKIPPED


def _unseen_word(step: Step, place: Place) -> Effect:
    if step.day.on in place.sightings or step.effects.on_unseen is UnseenEffect.SEEN:
        return Effect.BROKE
    if not step.day.reported:
        return Effect.UNKNOWN
    return Effect.COUNTED if step.effects.on_unseen is UnseenEffect.UNSEEN else Effect.SKIPPED


_RETURN_SOURCE = "SI 2024/208 reg 13"
_REMOVAL_SOURCE = "SI 2024/208 reg 9(1)(i)"
_POLICY = "our policy"


def _why(step: Step, *, planned: bool) -> tuple[str, str]:
    """The reason for the day's effects and its source, the strongest reason first."""
    if not step.day.reported:
        effect = "sets the removal run to 0" if planned else "bars the removal gate"
        return (
            f"No register has been received for this day. It is unknown, not an absence, and {effect}.",
            _POLICY,
        )
    if not step.day.is_school_day or step.am == step.pm == "#":
        return "The school was closed. The day neither counts nor breaks a run.", _POLICY
    if not step.of_age:
        return (
            "Not of compulsory school age on this day, so the statutory runs skip it.",
            "Education Act 1996 s.8",
        )
    codes = _codes(step)
    sentences = {
        ReturnEffect.ZERO: _why_zero,
        ReturnEffect.COUNT: _why_count,
        ReturnEffect.NEUTRAL: _why_neutral,
    }
    return sentences[step.effects.on_return](step, codes)


def _codes(step: Step) -> list[Code]:
    letters = dict.fromkeys(letter for letter in (step.am, step.pm) if letter not in "#.")
    return [BY_LETTER[letter] for letter in letters]


def _named(codes: list[Code]) -> str:
    return " and ".join(f"{code.code} ({code.meaning[0].lower()}{code.meaning[1:]})" for code in codes)


def _why_zero(step: Step, codes: list[Code]) -> tuple[str, str]:
    if (step.am, step.pm) == ("/", "\\"):
        return "Present in the morning and afternoon, so every run is at 0.", _RETURN_SOURCE
    breaking = [code for code in codes if code.return_effect is ReturnEffect.ZERO]
    kind = "attended" if step.effects.attended else "an authorised absence"
    unseen = "" if step.effects.on_unseen is UnseenEffect.SEEN else " Nobody at school saw the child."
    return f"{_named(breaking)}: {kind}, so both statutory runs go back to 0.{unseen}", _RETURN_SOURCE


def _why_count(step: Step, codes: list[Code]) -> tuple[str, str]:
    counted = [code for code in codes if code.return_effect is ReturnEffect.COUNT]
    if step.effects.on_removal is RemovalEffect.QUALIFY:
        return (
            f"{_named(counted)}: counts for the return and towards removal.",
            f"{_RETURN_SOURCE}; reg 9(1)(i)",
        )
    if step.effects.unmarked:
        rest = "the other session has no mark"
    else:
        barring = next(code for code in codes if code.removal_effect is RemovalEffect.BREAK)
        name = barring.code if barring in counted else _named([barring])
        rest = f"{name} is not G, N or O"
    return (
        f"{_named(counted)}: counts for the return. The removal run goes back to 0: {rest}.",
        _REMOVAL_SOURCE,
    )


def _why_neutral(step: Step, codes: list[Code]) -> tuple[str, str]:
    if step.effects.unmarked:
        half = "No mark was entered" if not codes else f"{_named(codes)}, and one session has no mark"
        return (
            f"{half}. The return run waits; the removal run goes back to 0 until the mark is entered.",
            _POLICY,
        )
    return (
        f"{_named(codes)}: the pupil could not attend or was not due, so the return run skips the day; "
        "the removal run goes back to 0.",
        _POLICY,
    )
