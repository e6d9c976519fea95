"""The police information sheet: one page for whoever looks for a missing child (casework reference s.15).

Signed by the DSL. The police grade the risk, so the sheet names what is known and grades nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from cme.documents.forms import Imprint
from cme.documents.typesetting import Pdf, typeset


class SheetPart(StrEnum):
    """The parts of the sheet, with the headings people read."""

    CHILD = "The child"
    LAST_SEEN = "Last seen"
    REACHED_AT = "Where the child may be, and how to reach the child"
    NEEDS = "Health, needs and risks"
    POLICE = "Who can be reached, and what the police were told"


@dataclass(frozen=True, slots=True)
class SheetField:
    """One answer of the sheet.

    A `wide` one has a line of its own, and takes several lines of text. A `filled` one comes from the record
    and is not typed.
    """

    id: str
    label: str
    part: SheetPart
    wide: bool = False
    hint: str = ""
    filled: bool = False


_CHILD, _SEEN, _REACH, _NEEDS, _POLICE = SheetPart

FIELDS: tuple[SheetField, ...] = (
    SheetField("name", "Name", _CHILD, filled=True),
    SheetField("known_as", "Known as", _CHILD, hint="Other names that the child uses"),
    SheetField("born", "Date of birth", _CHILD, filled=True),
    SheetField("sex", "Sex", _CHILD, filled=True),
    SheetField("language", "Language", _CHILD, hint="And whether an interpreter is needed"),
    SheetField("school", "School", _CHILD, filled=True),
    SheetField("description", "Description", _CHILD, wide=True, hint="Height, build, hair, eyes, marks"),
    SheetField("clothing", "Clothing", _CHILD, wide=True, hint="And what the child carries"),
    SheetField("seen_when", "When", _SEEN, hint="Day and time"),
    SheetField("seen_where", "Where", _SEEN),
    SheetField("seen_by", "By whom", _SEEN, hint="Name, and how the police can reach them"),
    SheetField("seen_with", "With whom", _SEEN),
    SheetField("searched", "Looked for at", _SEEN, wide=True, hint="Besides what is ticked above"),
    SheetField("phones", "Phone and handles", _REACH, hint="The child's own phone, and names used online"),
    SheetField("vehicles", "Vehicles", _REACH, hint="Registration, make, colour"),
    SheetField("travel_papers", "Travel papers", _REACH, hint="Passport, nationality, tickets"),
    SheetField("addresses", "Addresses", _REACH, wide=True),
    SheetField("places", "Likely places", _REACH, wide=True, hint="Family, friends, where the child goes"),
    SheetField("carers", "Parents and carers", _REACH, wide=True),
    SheetField("needs", "Health and needs", _NEEDS, wide=True, hint="Medicine, disability, state of mind"),
    SheetField("indicators", "Risks seen", _NEEDS, wide=True),
    SheetField("others", "Other children", _NEEDS, wide=True, hint="Who is with the child, or at risk"),
    SheetField("restrictions", "Do not contact", _NEEDS, wide=True),
    SheetField("contact", "24-hour contact", _POLICE, hint="Name and number, nights and weekends too"),
    SheetField("rung", "Number rung", _POLICE, hint="999 or 101"),
    SheetField("told_at", "Day and time", _POLICE, hint="When the police were told"),
    SheetField("reference", "Police reference", _POLICE),
    SheetField("officer", "Officer", _POLICE, hint="Name and number"),
)
"""The sheet, in its order. Source: casework reference s.15."""

CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "home": "Home and hiding places in it",
        "grounds": "Garden, garage, sheds and grounds",
        "direct": "The child was rung or written to",
        "family": "Family and friends were asked",
    }
)
"""What is searched before the police are asked to -> label. Source: Darlington procedure (2017) s.3.2."""


@dataclass(frozen=True, slots=True)
class PoliceSheet:
    """A sheet to print: an answer by field id, the ids of the checks done, and who signs it, when."""

    imprint: Imprint
    answers: Mapping[str, str]
    checks: Collection[str]
    signed_by: str
    signed_role: str
    signed_at: str


def set_police_sheet(sheet: PoliceSheet) -> Pdf:
    """The sheet on paper: one page, or numbered pages where what was written takes more."""
    parts = [{"heading": part.value, "rows": [_row(each, sheet) for each in _of(part)]} for part in SheetPart]
    return typeset(
        "police-sheet",
        {
            **sheet.imprint.data(),
            "parts": parts,
            "checks": [{"label": label, "done": key in sheet.checks} for key, label in CHECKS.items()],
            "signed_by": sheet.signed_by,
            "signed_role": sheet.signed_role,
            "signed_at": sheet.signed_at,
        },
    )


def _of(part: SheetPart) -> tuple[SheetField, ...]:
    return tuple(each for each in FIELDS if each.part is part)


def _row(of: SheetField, sheet: PoliceSheet) -> dict[str, str | bool]:
    return {"label": of.label, "value": sheet.answers.get(of.id, "").strip(), "wide": of.wide}
