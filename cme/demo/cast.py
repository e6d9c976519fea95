"""Who acts in the demonstration's stories, and that nothing they do is refused."""

from dataclasses import dataclass
from typing import TypeVar

from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.errors import Unusable

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Cast:
    """The school's lead and head teacher; the authority's officer, who covers, and its admissions team."""

    lead: Scope
    head: Scope
    officer: Scope
    manager: Scope
    admissions: Scope


def done(reference: str, made: _Made | Refused) -> _Made:
    """What was done in the case of a reference. Raises Unusable, with the reason, when it was refused."""
    if isinstance(made, Refused):
        raise Unusable(f"The demonstration cannot be made: in {reference} it was refused. {made.reason}")
    return made
