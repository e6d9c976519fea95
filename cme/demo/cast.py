"""Who acts in the demonstration's stories."""

from dataclasses import dataclass

from cme.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Cast:
    """The school's lead and head teacher, the authority's officer, and its admissions team."""

    lead: Scope
    head: Scope
    officer: Scope
    admissions: Scope
