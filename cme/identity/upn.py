"""Unique pupil numbers: their form, their check letter, and one message for each thing wrong."""

from collections.abc import Iterator
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
    """A UPN as normalised, with what is wrong with it (`errors` empty: it is valid).

    `warnings` are of a valid one. Whether its authority exists is for who has the list of authorities.
    """

    value: str
    kind: UpnKind
    errors: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether form and check letter are right."""
        return not self.errors

    @property
    def messages(self) -> tuple[str, ...]:
        """Everything there is to say of it, errors first."""
        return self.errors + self.warnings

    @property
    def has_form(self) -> bool:
        """Whether every character is one that may stand in its place, whatever the check letter says."""
        return not tuple(_faults_of_form(self.value))

    @property
    def authority(self) -> str:
        """The three-digit code of the authority that issued it; '' as the next three where it has no form."""
        return self._part(1, 4)

    @property
    def school(self) -> str:
        """The four-digit number, in that authority, of the school that issued it."""
        return self._part(4, 8)

    @property
    def year(self) -> str:
        """The last two digits of the year in which it was allocated."""
        return self._part(8, 10)

    @property
    def serial(self) -> str:
        """Its number among those of the year: three digits, or two and a letter when temporary."""
        return self._part(10, 13)

    def _part(self, first: int, end: int) -> str:
        return self.value[first:end] if self.has_form else ""


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
    errors = tuple(_errors(value))
    is_temporary = not errors and kind is UpnKind.TEMPORARY
    return Upn(value, kind, errors, (TEMPORARY,) if is_temporary else ())


TEMPORARY = "temporary UPN"
"""What a valid one that ends in a letter is warned of."""


def _errors(value: str) -> list[str]:
    wrong = list(_faults_of_form(value))
    if not wrong and value[0] != check_letter(value[1:]):
        wrong.append(f"The check letter should be {check_letter(value[1:])}.")
    return wrong


def _faults_of_form(value: str) -> Iterator[str]:
    if len(value) != 13:
        yield f"A UPN has 13 characters; this has {len(value)}."
        return
    if value[0] not in LETTERS:
        yield "A UPN begins with a letter other than I, O or S."
    if not set(value[1:12]) <= _DIGITS:
        yield "Characters 2 to 12 of a UPN are digits."
    if value[12] not in _DIGITS and value[12] not in LETTERS:
        yield "A UPN ends in a digit, or in a letter other than I, O or S if it is temporary."
