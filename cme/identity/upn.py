"""Unique pupil numbers: their form, their check letter, and one message for each thing wrong."""

from dataclasses import dataclass
from enum import StrEnum

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The 23 check letters: I, O and S are not used."""

_DIGITS = frozenset("0123456789")
_WEIGHTS = range(2, 14)


class UpnKind(StrEnum):
    """A temporary UPN ends in a letter and gives way to a permanent one."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True)
class Upn:
    """A UPN as normalised, with what is wrong with it (`errors` empty: it is valid)."""

    value: str
    kind: UpnKind
    errors: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        """Whether form and check letter are right."""
        return not self.errors

    @property
    def authority(self) -> str:
        """The three-digit code of the authority that issued it."""
        return self.value[1:4]


def normalise_upn(text: str) -> str:
    """The UPN without white space, in capitals."""
    return "".join(text.split()).upper()


def check_letter(characters: str) -> str:
    """The check letter for characters 2 to 13 of a UPN (eleven digits, then a digit or a check letter).

    DfE rule: weights 2 to 13, a final letter counting as its index, sum modulo 23. Raises ValueError for
    characters that no UPN can have.
    """
    values = [int(character) for character in characters[:-1]]
    last = characters[-1]
    values.append(int(last) if last in _DIGITS else LETTERS.index(last))
    return LETTERS[sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True)) % 23]


def read_upn(text: str) -> Upn:
    """A UPN read from text, however wrong; the messages say what to put right."""
    value = normalise_upn(text)
    kind = UpnKind.TEMPORARY if value[-1:].isalpha() else UpnKind.PERMANENT
    return Upn(value, kind, tuple(_errors(value)))


def _errors(value: str) -> list[str]:
    if len(value) != 13:
        return [f"A UPN has 13 characters; this has {len(value)}."]
    wrong = []
    if value[0] not in LETTERS:
        wrong.append("A UPN begins with a letter other than I, O or S.")
    if not set(value[1:12]) <= _DIGITS:
        wrong.append("Characters 2 to 12 of a UPN are digits.")
    if value[12] not in _DIGITS and value[12] not in LETTERS:
        wrong.append("A UPN ends in a digit, or in a letter other than I, O or S if it is temporary.")
    if not wrong and value[0] != check_letter(value[1:]):
        wrong.append(f"The check letter should be {check_letter(value[1:])}.")
    return wrong
