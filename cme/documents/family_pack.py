"""The joint pack of a family: one cover, then each child whose case is told of, on pages of their own."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from cme.documents.chronology import Entry
from cme.documents.forms import Imprint, Part
from cme.documents.typesetting import Pdf, typeset

ABOUT_TIES = (
    "These children may belong to one family. What ties them stands on the page “Family” of the "
    "case and is not printed, and a protected address is printed nowhere: paper travels."
)
"""What every cover says, whatever ties the children: leaving it out for some would tell of them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A child on the cover, in words."""

    name: str
    born: str
    school: str
    case: str
    absence: str


@dataclass(frozen=True, slots=True)
class Told:
    """A child of whom the pack tells.

    `due` are sentences, `happened` the heads of the chronology without details, `enquiries` those of both
    sides. `withheld` says what this reader was not given, '' where nothing was left out.
    """

    about: Part
    due: tuple[str, ...]
    happened: tuple[Entry, ...]
    enquiries: tuple[Entry, ...]
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class FamilyPack:
    """A pack to print: everybody on the cover, and those whose case is told of."""

    imprint: Imprint
    listed: tuple[Listed, ...]
    told: tuple[Told, ...]


def set_family_pack(pack: FamilyPack) -> Pdf:
    """The pack on paper, what happened the oldest first."""
    return typeset(
        "family-pack",
        {
            **pack.imprint.data(),
            "about_ties": ABOUT_TIES,
            "listed": [asdict(each) for each in pack.listed],
            "children": [
                {
                    "about": asdict(each.about),
                    "due": list(each.due),
                    "happened": _rows(each.happened),
                    "enquiries": _rows(each.enquiries),
                    "withheld": each.withheld,
                }
                for each in pack.told
            ],
        },
    )


def _rows(entries: Iterable[Entry]) -> list[dict[str, str]]:
    return [
        {
            "when": f"{entry.at:%a %-d %b %Y, %H:%M}",
            "what": entry.what,
            "details": entry.details,
            "by": entry.by,
        }
        for entry in sorted(entries, key=lambda entry: entry.at)
    ]
