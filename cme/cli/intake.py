"""One register on its way into a school's record: received, checked, and approved where nothing is held."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from cme import clock
from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.services.registers import answers as kept
from cme.services.registers import approval, checking, uploads
from cme.services.registers.checking import Check, NotNow
from cme.store import schools
from cme.store.tables import RegisterImport
from importers.answering.answers import NO_ANSWERS, Answers
from importers.planning.gates import Effect
from importers.reading import WEB_LIMITS, Refused

ATTEMPTS = 5
"""How often a step is tried while other processes keep the database busy; each waits its own time first."""

T = TypeVar("T")


class NotTaken(Exception):
    """A register that is not imported: why, and what to do."""


def receive(scope: Scope, laestab: str, paths: Sequence[Path], answers: Answers = NO_ANSWERS) -> Check:
    """Hand in the files of one register, with what is known of them; how they would act.

    Raises NotTaken for files that cannot be opened or read, and for a school that is not there.
    """
    files = [(path.name, _read(path)) for path in paths]
    try:
        _keep(scope, laestab, answers)
        import_id = patiently(lambda: uploads.receive(scope, laestab, files, at=clock.now()))
        if said := _said(answers):
            patiently(lambda: uploads.answer(scope, import_id, said, at=clock.now()))
        found = checking.check(scope, import_id, at=clock.now())
    except Refused as refusal:
        raise NotTaken(f"{refusal.issue.file or paths[0].name}: {refusal.issue.message}") from None
    except LookupError:
        raise NotTaken(f"There is no school {laestab}. Add it with cme school add.") from None
    except (NotNow, kept.Unacceptable) as fault:
        raise NotTaken(f"{name_of(paths)}: {fault}") from None
    if found is None:
        raise NotTaken(f"{name_of(paths)}: the upload cannot be found again. Try once more.")
    return found


def held_by(found: Check) -> list[str]:
    """What a person must look at before approval, a sentence each; the school itself has been named."""
    plan = found.plan
    waiting = [one.message for one in plan.waiting] if plan else []
    gates = [
        gate.message
        for gate in found.gates
        if gate.effect is not Effect.NOTICE and gate.code != approval.FIRST_UPLOAD
    ]
    return [*gates, *waiting]


def approve(scope: Scope, found: Check) -> RegisterImport:
    """Import what was checked. Raises NotNow when somebody decided meanwhile, or something is held."""
    return patiently(
        lambda: approval.approve(
            scope,
            found.upload.id,
            at=clock.now(),
            confirmed=[approval.FIRST_UPLOAD],
            seen=found.seen,
        )
    )


def name_of(paths: Sequence[Path]) -> str:
    """The files of one register, in words."""
    return " + ".join(path.name for path in paths)


def patiently(step: Callable[[], T]) -> T:
    """Do something that is done wholly or not at all, again while the database is too busy for it."""
    for _ in range(ATTEMPTS - 1):
        try:
            return step()
        except OperationalError:
            uploads.pause()
    return step()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(WEB_LIMITS.upload_bytes + 1)
    except OSError as fault:
        raise NotTaken(f"{path.name} cannot be opened ({fault.strerror}). Check who may read it.") from None


def _keep(scope: Scope, laestab: str, answers: Answers) -> None:
    """Keep what holds for every file of the school, unless it is kept already."""
    if not answers.mappings and not answers.translations:
        return
    held = kept.answers_for(scope, schools.get_school(scope, laestab, Permission.UPLOAD_REGISTER).id, {})
    for mapped in answers.mappings:
        if mapped not in held.mappings:
            kept.keep_mapping(scope, laestab, mapped, at=clock.now())
    for translation in answers.translations:
        if translation not in held.translations:
            kept.add_translation(scope, laestab, translation, at=clock.now())


def _said(answers: Answers) -> dict[str, object]:
    """What holds for these files alone, as it is kept with them."""
    said = {
        "date_order": answers.date_order.value if answers.date_order else None,
        "academic_year": answers.academic_year,
        "lone_codes": answers.lone_codes or None,
        "first_mark": answers.first_mark or None,
        "encoding": answers.encoding or None,
        "surname_first": answers.surname_first,
        "sheets": sorted(answers.sheets) or None,
    }
    return {name: value for name, value in said.items() if value is not None}
