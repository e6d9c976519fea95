"""A family of the demonstration: two of its children, at two schools, are absent."""

from dataclasses import replace
from datetime import datetime

from cme.access.scope import Scope
from cme.demo.stories import Story
from cme.errors import Unusable
from cme.services.registers import roll
from cme.services.registers.roll import RollRow
from cme.store import pupils
from cme.store.database import transaction
from cme.store.tables import School

ELDER, YOUNGER = "referred", "eligible"
"""The stories of the two: the elder's at the first school, the younger's at the second."""


def move_in(
    operator: Scope,
    elder: tuple[str, dict[str, Story]],
    younger: tuple[str, dict[str, Story]],
    *,
    at: datetime,
) -> None:
    """Put the home and the contacts of the elder on record of the younger.

    Each is given by the number of the school and its stories by UPN. Raises Unusable when there are no such
    children.
    """
    (home, one), (school, other) = (
        _child(operator, *elder, ELDER),
        _child(operator, *younger, YOUNGER),
    )
    with transaction():
        entry = roll.known_rolls(operator, home.id)[one].entry
        row = RollRow(replace(entry, flags=(), sex="", former_upn="", admitted_on=None, leaving_on=None))
        roll.apply(operator, school.id, {other: row}, (), at=at)


def _child(operator: Scope, laestab: str, stories: dict[str, Story], name: str) -> tuple[School, int]:
    upn = next((key for key, story in stories.items() if story.name == name), "")
    for one in pupils.list_with_upn(operator, upn):
        if one.school.laestab == laestab:
            return one.school, one.id
    raise Unusable(f"The demonstration cannot be made: nobody at {laestab} has the story {name}.")
