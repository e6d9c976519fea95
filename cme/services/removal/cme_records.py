"""The record of children on no school's roll: opened by a removal or by hand, corrected, ended, counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.age import compulsory_age
from cme.casework.case import Refused
from cme.casework.record.catalogue import NOT_RECORDED, duration_of, ends, read_reasons
from cme.casework.record.returning import CmeReturn, count_return, why_out
from cme.casework.words import day
from cme.clock import local_date
from cme.identity.names import compared
from cme.identity.upn import read_upn
from cme.store import audit
from cme.store import cme_records as store
from cme.store.database import db, transaction
from cme.store.tables import Case, CmeSpell, Pupil

OVERTAKEN = (
    "Somebody else changed this entry after you opened the page. Read it again, then enter your change."
)
OTHER_UPN = "The child with this UPN has another surname and another date of birth here. Check the UPN."
MOST_LISTED = 200
"""Children on a roll who are named in the reconciliation; all are counted."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is entered of a child who was never at a school here; the least that tells who it is.

    `authority` is the code of the authority whose record it is, `reason` a code of the DfE's reasons.
    `is_another` says that somebody looked: the child with that name and birth date is another.
    """

    authority: str
    surname: str
    forename: str
    born_on: date | None
    sex: str = ""
    upn: str = ""
    year_group: str = ""
    started_on: date | None = None
    reason: str = ""
    note: str = ""
    is_another: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """What an entry should say, and `why` it is changed. `seen` is the version that was corrected."""

    started_on: date | None
    reason: str
    sex: str
    year_group: str
    why: str
    seen: int | None = None


def open_spell(
    scope: Scope, case: Case, *, started_on: date, reason: str, at: datetime, address: str = ""
) -> CmeSpell:
    """Record that the child of a case is on no roll from a day on, inside the open transaction.

    A part of a removal that was allowed, so nothing is asked of the scope but its name. A child whose time on
    no roll goes on already keeps it. `reason` is a code of the DfE's; raises ValueError for another.
    """
    _check_reason(reason)
    pupil = case.registration.pupil
    going_on = store.lock_open_spell(pupil.id)
    if going_on is not None:
        return going_on
    return _open(
        scope,
        pupil,
        CmeSpell(
            authority_id=case.authority_id,
            case_id=case.id,
            started_on=started_on,
            reason=reason,
            year_group=case.registration.year_group,
        ),
        at=at,
        address=address,
    )


def close_spell(
    scope: Scope, pupil_id: int, *, ended_on: date, end_reason: str, at: datetime, address: str = ""
) -> CmeSpell | None:
    """End the time on no roll of a child, inside the open transaction; None where none goes on.

    A part of an act that was allowed: the child was admitted, or was found at another school. `ended_on` is
    the first day on which the child was no longer missing from education, and never before the time began;
    `end_reason` is an outcome's code.
    """
    spell = store.lock_open_spell(pupil_id)
    if spell is not None:
        ended_on = max(ended_on, spell.started_on or ended_on)
        _end(scope, spell, ended_on, end_reason, at=at, address=address)
    return spell


def add(scope: Scope, entry: NewEntry, *, at: datetime, address: str = "") -> int | Refused:
    """Enter a child who was never at a school here, such as an applicant or one who moved in; the entry's id.

    Raises LookupError for an authority whose record the scope does not keep.
    """
    today = local_date(at)
    with transaction():
        authority = next((a for a in store.list_authorities(scope) if a.code == entry.authority), None)
        if authority is None:
            raise LookupError("the authority is not within the scope")
        if refused := _faults(entry, today):
            return refused
        upn = read_upn(entry.upn).value if entry.upn else None
        alike = store.find_pupils_alike(
            scope,
            authority.id,
            upn=upn,
            surname=entry.surname,
            forename=entry.forename,
            born_on=entry.born_on,
        )
        same = [pupil for pupil in alike if upn and pupil.upn == upn]
        if any(not agree(pupil, entry.surname, entry.born_on) for pupil in same):
            return Refused((OTHER_UPN,), ("upn",))
        if refused := _already_known(alike, same, entry):
            return refused
        pupil = same[0] if same else _new_pupil(entry, upn, at)
        spell = CmeSpell(
            authority_id=authority.id,
            started_on=entry.started_on,
            reason=entry.reason,
            year_group=entry.year_group,
            note=entry.note,
        )
        return _open(scope, pupil, spell, at=at, address=address).id


def agree(pupil: Pupil, surname: str, born_on: date | None) -> bool:
    """Whether a child with the same UPN is the same: a UPN alone is not believed (our policy).

    The surname or the birth date must be the same, or a person looks first.
    """
    is_named = compared(pupil.surname) == compared(surname)
    return is_named or (born_on is not None and pupil.born_on == born_on)


def correct(
    scope: Scope, spell_id: int, correction: Correction, *, at: datetime, address: str = ""
) -> Refused | None:
    """Correct an entry. What it said before, who changed it and why stand in its notes.

    Raises LookupError outside the scope.
    """
    with transaction():
        spell = _locked(scope, spell_id)
        if correction.seen is not None and correction.seen != spell.version:
            return Refused((OVERTAKEN,), ("seen",))
        faults = [*_start_faults(correction.started_on, local_date(at)), *_reason_faults(correction.reason)]
        if spell.ended_on and correction.started_on and correction.started_on > spell.ended_on:
            faults.append(
                ("started_on", f"The first day must be {day(spell.ended_on)}, the end, or earlier.")
            )
        changes = _changes(spell, correction)
        if not changes:
            faults.append(("reason", "Nothing is different from the entry as it stands."))
        if not correction.why.strip():
            faults.append(("why", "Enter why the entry is corrected."))
        if faults:
            return _refused(faults)
        spell.started_on, spell.reason = correction.started_on, correction.reason
        spell.sex, spell.year_group = correction.sex, correction.year_group
        _note(spell, f"{'; '.join(changes)}. {correction.why.strip()}", by=scope.name, at=at)
        audit.record(scope, "cme_record.corrected", f"spell:{spell.id}", at=at, address=address)
    return None


def end(
    scope: Scope, spell_id: int, ended_on: date | None, end_reason: str, note: str, *,
    at: datetime, address: str = "",
) -> Refused | None:  # fmt: skip
    """End an entry by hand, with how it ended. Raises LookupError outside the scope."""
    with transaction():
        spell = _locked(scope, spell_id)
        faults = []
        if spell.ended_on is not None:
            return Refused((f"This entry ended on {day(spell.ended_on)}.",), ("seen",))
        if ended_on is None:
            faults.append(("ended_on", "Enter the first day on which the child was in education again."))
        elif ended_on > local_date(at):
            faults.append(("ended_on", "The day must be today or earlier."))
        elif spell.started_on and ended_on < spell.started_on:
            faults.append(("ended_on", f"The day must be {day(spell.started_on)} or later, when it began."))
        if end_reason not in ends():
            faults.append(("end_reason", "Choose how it ended."))
        if not note.strip():
            faults.append(("note", "Enter what shows this: who confirmed it, and when."))
        if faults or ended_on is None:
            return _refused(faults)
        _note(spell, note.strip(), by=scope.name, at=at)
        _end(scope, spell, ended_on, end_reason, at=at, address=address)
    return None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A child on the books who is not counted, with the case or the entry to look at, and why."""

    name: str
    why: str
    reference: str = ""
    spell_id: int | None = None


@dataclass(frozen=True, slots=True)
class Census:
    """The return of one census day, and who is on the books and not in it.

    `reasons` counts everybody who is left out; `left_out` names them, the children on a roll up to a limit.
    `without_reason` are children who are counted on the day and of whom nobody said why.
    """

    figures: CmeReturn
    left_out: tuple[LeftOut, ...]
    reasons: dict[str, int]
    without_reason: tuple[LeftOut, ...] = ()


def count_census(scope: Scope, census_on: date, *, hide: bool = True) -> Census:
    """The DfE's figures for a census day, of the authorities whose record the scope sees.

    Few children are hidden, unless `hide` is False.
    """
    recorded = store.read_recorded(scope, date(census_on.year - 2, 9, 1))
    figures = count_return([spell for spell, _ in recorded.values()], census_on, hide=hide)
    out = [
        LeftOut(recorded[spell.id][1], why, spell_id=spell.id)
        for spell, why in figures.left_out
        if counts_as_book(spell.ended_on, figures.year_first_on)
    ]
    total, on_roll = store.list_referred_on_roll(scope, MOST_LISTED)
    reasons = Counter(each.why for each in out)
    if total:
        reasons[ON_ROLL] += total
    out += [
        LeftOut(f"{one.registration.pupil.forename} {one.registration.pupil.surname}", ON_ROLL, one.reference)
        for one in on_roll
    ]
    unsaid = tuple(
        LeftOut(name, NO_REASON, spell_id=spell.id)
        for spell, name in recorded.values()
        if spell.reason in ("", NOT_RECORDED) and why_out(spell, census_on) is None
    )
    return Census(figures, tuple(out), dict(reasons.most_common()), unsaid)


NO_REASON = "nobody has recorded the primary reason"

ON_ROLL = "the child was referred and is on the roll of a school, however long absent"


def counts_as_book(ended_on: date | None, year_first_on: date) -> bool:
    """Whether an entry is on the books still: it goes on, or it ended since the year that is counted."""
    return ended_on is None or ended_on >= year_first_on


def note_export(scope: Scope, census_on: date, *, is_complete: bool, at: datetime, address: str = "") -> None:
    """Record that the return was taken away as a file, and whether with every number in it."""
    detail: dict[str, audit.Word] = {"complete": is_complete}
    about = f"census:{census_on.isoformat()}"
    with transaction():
        audit.record(scope, "cme_return.exported", about, at=at, address=address, detail=detail)


def may_keep(scope: Scope, spell: CmeSpell) -> bool:
    """Whether the scope may correct and end an entry."""
    return scope.may(Permission.KEEP_CME_RECORD, authority_id=spell.authority_id)


def duration_label(spell: CmeSpell, today: date) -> str:
    """The DfE's band of an entry, up to its end or to a day."""
    return duration_of(spell.started_on, spell.ended_on or today).label


def _open(scope: Scope, pupil: Pupil, spell: CmeSpell, *, at: datetime, address: str) -> CmeSpell:
    spell.pupil_id, spell.sex = pupil.id, pupil.sex
    spell.flags = sorted(flag.kind for flag in pupil.flags if flag.ended_at is None)
    spell.created_at, spell.created_by = at, scope.name
    db.session.add(spell)
    db.session.flush()
    audit.record(
        scope, "cme_record.opened", f"spell:{spell.id}", at=at, address=address,
        detail={"reason": spell.reason, "case": spell.case_id},
    )  # fmt: skip
    return spell


def _end(
    scope: Scope, spell: CmeSpell, ended_on: date, end_reason: str, *, at: datetime, address: str
) -> None:
    if end_reason not in ends():
        raise ValueError("a time on no roll does not end with that outcome")
    spell.ended_on, spell.end_reason = ended_on, end_reason
    audit.record(
        scope, "cme_record.ended", f"spell:{spell.id}", at=at, address=address,
        detail={"outcome": end_reason},
    )  # fmt: skip


def _locked(scope: Scope, spell_id: int) -> CmeSpell:
    spell = store.lock_spell(scope, spell_id)
    if spell is None:
        raise LookupError("the entry is not within the scope")
    return spell


def _check_reason(reason: str) -> None:
    if reason not in read_reasons():
        raise ValueError("the reason is none of the DfE's")


def _faults(entry: NewEntry, today: date) -> Refused | None:
    faults = []
    if not entry.surname.strip():
        faults.append(("surname", "Enter the surname."))
    if not entry.forename.strip():
        faults.append(("forename", "Enter the forename."))
    if entry.born_on is None:
        faults.append(("born_on", "Enter the date of birth."))
    else:
        age = compulsory_age(entry.born_on)
        if not age.covers(today):
            said = f"from {day(age.first_on)} to {day(age.last_on)}"
            faults.append(("born_on", f"By this date of birth the child is of compulsory school age {said}."))
    if entry.upn and (found := read_upn(entry.upn)) and not found.is_valid:
        faults.append(("upn", "Enter a UPN as it stands on a school record, or leave it empty."))
    faults += [*_start_faults(entry.started_on, today), *_reason_faults(entry.reason)]
    return _refused(faults) if faults else None


def _start_faults(started_on: date | None, today: date) -> list[tuple[str, str]]:
    is_later = started_on is not None and started_on > today
    return [("started_on", "The first day off every roll must be today or earlier.")] if is_later else []


def _reason_faults(reason: str) -> list[tuple[str, str]]:
    return [] if reason in read_reasons() else [("reason", "Choose the primary reason.")]


def _already_known(alike: Sequence[Pupil], same: Sequence[Pupil], entry: NewEntry) -> Refused | None:
    judged = same or ([] if entry.is_another else alike)
    if not judged:
        return None
    ids = [pupil.id for pupil in judged]
    if store.is_on_roll(ids):
        where = "is on the roll of a school here, so is not missing from education in the sense of the record"
    elif any(store.lock_open_spell(each) is not None for each in ids):
        where = "is on this record already"
    elif same:
        return None
    else:
        where = "is known here"
    if same:
        return Refused((f"The child with this UPN {where}.",), ("upn",))
    return Refused(
        (f"A child with this name and date of birth {where}. If this is another child, say so below.",),
        ("is_another",),
    )


def _new_pupil(entry: NewEntry, upn: str | None, at: datetime) -> Pupil:
    return store.add_pupil(
        surname=entry.surname, forename=entry.forename, born_on=entry.born_on, sex=entry.sex, upn=upn, at=at
    )


def _changes(spell: CmeSpell, new: Correction) -> list[str]:
    reasons = read_reasons()
    old_on, new_on = (day(on) if on else "not known" for on in (spell.started_on, new.started_on))
    told = (
        ("First day", old_on, new_on),
        ("Reason", reasons.get(spell.reason, spell.reason), reasons.get(new.reason, "")),
        ("Sex", spell.sex or "not known", new.sex or "not known"),
        ("Year group", spell.year_group or "not known", new.year_group or "not known"),
    )
    return [f"{name} was {old}, is {fresh}" for name, old, fresh in told if old != fresh]


def _note(spell: CmeSpell, text: str, *, by: str, at: datetime) -> None:
    line = f"{day(local_date(at))}, {by}: {' '.join(text.split())}"
    spell.note = f"{spell.note}\n{line}" if spell.note else line


def _refused(faults: Sequence[tuple[str, str]]) -> Refused:
    return Refused(tuple(sentence for _, sentence in faults), tuple(name for name, _ in faults))
