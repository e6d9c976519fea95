"""Local authorities by their three-digit codes (`data/local_authorities.csv`), and what each may be used for.

Codes are text and keep their zeros. Source: tracing reference s.12.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from cme.data import read_rows


class Status(StrEnum):
    """What an authority is today: one of England, one that was, one of Wales, or an area of another kind."""

    CURRENT = "current"
    HISTORIC = "historic"
    WALES = "wales"
    OTHER = "other"


class Use(StrEnum):
    """What a code can be used for. HISTORY is in a UPN, and in the list of a child's schools."""

    HISTORY = "history"
    RECIPIENT = "recipient"
    DESTINATION = "destination"


class Verdict(StrEnum):
    """Whether a code may be used."""

    OK = "ok"
    WARNING = "warning"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Authority:
    """An entry of the DfE's list."""

    code: str
    name: str
    status: Status


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a code may be used, and the sentence that says why not, or what to look at; '' for none."""

    verdict: Verdict
    sentence: str = ""


@cache
def read_authorities() -> Mapping[str, Authority]:
    """Every authority by its code, in the order of the codes."""
    rows = sorted(read_rows("local_authorities.csv"), key=lambda row: row["code"])
    return MappingProxyType(
        {row["code"]: Authority(row["code"], row["name"], Status(row["status"])) for row in rows}
    )


def recognised(code: str) -> bool:
    """Whether a code is in the list, whatever its status."""
    return code in read_authorities()


def named(code: str) -> str:
    """An authority as sentences name it: Darlington (841); LA 000 for a code that is not in the list."""
    known = read_authorities().get(code)
    return f"{known.name} ({code})" if known else f"LA {code}"


def ruling(code: str, use: Use, *, wales: bool = False) -> Ruling:
    """Whether a code may be used for something. `wales`: Welsh authorities are ticked as recipients."""
    known = read_authorities().get(code)
    if known and wales and use is Use.RECIPIENT and known.status is Status.WALES:
        return Ruling(Verdict.OK)
    verdict, sentence = _RULINGS[use].get(known.status if known else None, (Verdict.OK, ""))
    return Ruling(verdict, sentence.format(code=code, named=named(code)))


def note_on_upn(code: str) -> str:
    """What to look at in a UPN that an authority issued; '' where nothing is.

    A code that is not in the list is never an error, and a former authority's UPNs stay right for life.
    """
    found = ruling(code, Use.HISTORY)
    return found.sentence if found.verdict is Verdict.WARNING else ""


def recipients(own: str, wales: bool = False) -> tuple[Authority, ...]:
    """Whom a request to all authorities goes to: all of England but our own, and Wales where it is ticked."""
    return tuple(
        each
        for each in read_authorities().values()
        if each.code != own and ruling(each.code, Use.RECIPIENT, wales=wales).verdict is Verdict.OK
    )


def recipient_faults(codes: Iterable[str], own: str, *, wales: bool = False) -> tuple[str, ...]:
    """What is wrong with the authorities that were chosen, a sentence for each; () where nothing is."""
    chosen = tuple(dict.fromkeys(codes))
    if not chosen:
        return ("Choose at least one local authority.",)
    found = (
        f"{named(code)} is your own authority. Choose others."
        if code == own
        else ruling(code, Use.RECIPIENT, wales=wales).sentence
        for code in chosen
    )
    return tuple(sentence for sentence in found if sentence)


_RULINGS: Mapping[Use, Mapping[Status | None, tuple[Verdict, str]]] = MappingProxyType(
    {
        Use.HISTORY: {
            Status.HISTORIC: (Verdict.OK, "{named} is a former authority."),
            None: (Verdict.WARNING, "LA {code} not recognised"),
        },
        Use.RECIPIENT: {
            Status.HISTORIC: (
                Verdict.REFUSED,
                "{named} is a former authority. Choose the authority that took its place.",
            ),
            Status.WALES: (Verdict.REFUSED, "{named} is in Wales. Tick the Welsh authorities to ask it."),
            Status.OTHER: (
                Verdict.REFUSED,
                "{named} is no local authority of England or Wales. Ask its education department directly.",
            ),
            None: (Verdict.REFUSED, "LA {code} not recognised. Choose an authority from the list."),
        },
        Use.DESTINATION: {
            Status.HISTORIC: (
                Verdict.WARNING,
                "{named} is a former authority. The school may have been renumbered: check its number.",
            ),
            Status.OTHER: (
                Verdict.WARNING,
                "{named} is no local authority of England or Wales. Check that the school takes such files.",
            ),
            None: (Verdict.WARNING, "LA {code} not recognised. Check the school's number."),
        },
    }
)
"""What is not simply in order: by use, then by status; None is a code that is not in the list."""
