"""One cell under a mark column: the code it holds, or why it cannot be read. Nothing is ever corrected."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from cme.attendance.codes import ABOLISHED, CODES, Half, rejection
from cme.attendance.lines import academic_year, position
from importers.answering.answers import Translation
from importers.reading import Cell, CellError

NO_MARK = "."
LONGEST_OWN_CODE = 10
"""Characters that a school's own code may have."""

OwnCodes = Mapping[str, Sequence[Translation]]
"""A school's translations by its own code, as `own_codes` makes them."""

_BLANKS = ("", "-")
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_WIDTHS = ("<wide>", "<narrow>", "<noBreak>")
_SHOWN_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|##+)|Err:\d{3}")
_WHOLE_NUMBER = re.compile(r"\d+\.0")
_LOOK_ALIKES = str.maketrans(
    "\u0410\u0412\u0415\u0421\u041a\u041c\u041d\u041e\u0420\u0422\u0425\u0423\u0406\u0408\u0405"  # Cyrillic
    "\u0474\u0492\u050c\u051a\u051c"  # Cyrillic of other languages
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03f9"  # Greek
    "\u2044\u2215\u2571\u2216\u2572\u2010\u2013\u2014\u2212",  # strokes and dashes
    "ABECKMHOPTXYIJSVFGQWABEZHIKMNOPTYXC///\\\\----",
)


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One session as a place in a register line, and the cell texts that are a mark of it as they stand.

    There is one object per session (`session_of`), compared by identity.
    """

    on: date
    half: Half
    year: int
    index: int
    letters: Mapping[Cell, str]


@cache
def session_of(on: date, half: Half) -> Session:
    """The session of a date and half."""
    return Session(on, half, academic_year(on), position(on, half), _letters(_acceptable(on, half)))


def _acceptable(on: date, half: Half) -> tuple[str, ...]:
    return tuple(code for code in CODES if rejection(code, half, on) is None)


@cache
def _letters(codes: tuple[str, ...]) -> dict[Cell, str]:
    letters: dict[Cell, str] = dict.fromkeys(_BLANKS, NO_MARK)
    letters.update((code, CODES[code].letter) for code in codes)
    return letters


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that leaves its session without a mark: the issue code and the sentence."""

    code: str
    message: str


_ERROR_CELL = Unreadable(
    "unreadable_cell",
    "This cell holds an error or a formula without a result, so its mark cannot be read. "
    "Open the file in Excel, mend or recalculate the cell, and save.",
)
_UNPRINTABLE = Unreadable(
    "unknown_mark", "This cell holds characters that cannot be seen. Clear it and type the code again."
)
_NO_OWN_CODES: OwnCodes = MappingProxyType({})


def own_codes(translations: Iterable[Translation]) -> OwnCodes:
    """The translations of a school by its own code, folded as the cells of a register are."""
    found: dict[str, list[Translation]] = {}
    for translation in translations:
        found.setdefault(fold(translation.own_code), []).append(translation)
    return found


def fold(cell: Cell) -> str:
    """The text of a cell as it is looked up: white space round it and unseen characters gone.

    Full-width and half-width forms become plain ones; a raised or circled letter stays what it is, for it
    may be a note ("C\u00b9"). A whole number loses its ".0".
    """
    text = str(cell).translate(_UNSEEN).strip()
    if not text.isascii():
        text = "".join(map(_plain, text)).strip()
    return text[:-2] if _WHOLE_NUMBER.fullmatch(text) else text


def _plain(character: str) -> str:
    is_width = unicodedata.decomposition(character).startswith(_WIDTHS)
    return unicodedata.normalize("NFKC", character) if is_width else character


def read_mark(cell: Cell, session: Session, own: OwnCodes = _NO_OWN_CODES) -> str | Unreadable:
    """The register-line letter of a cell, or why it has none.

    What is not a code of that half and date may be one of the school's own codes; everything else is
    refused, with the reason in `cme.attendance.codes.rejection`.
    """
    if isinstance(cell, CellError):
        return _ERROR_CELL
    text = fold(cell)
    letter = session.letters.get(text)
    if letter is not None:
        return letter
    if _SHOWN_ERROR.fullmatch(text):
        return _ERROR_CELL
    meanings = [] if _is_national(text, session.on, session.on) else own.get(text, ())
    codes = {meaning.code for meaning in meanings if meaning.holds_on(session.on)}
    return _translated(text, codes, session) if codes else _refusal(text, session)


def _translated(text: str, codes: set[str], session: Session) -> str | Unreadable:
    """What a school's own code means in a session: the one of its codes that may be entered there."""
    fitting = [code for code in codes if rejection(code, session.half, session.on) is None]
    if len(fitting) == 1:
        return CODES[fitting[0]].letter
    if fitting:
        return Unreadable(
            "unknown_mark",
            f"{text} has two meanings on this day among the school's own codes. End one of them.",
        )
    refused = _refusal(min(codes), session)
    return Unreadable(refused.code, f"{text} is the school's own code for {min(codes)}. {refused.message}")


def _refusal(text: str, session: Session) -> Unreadable:
    if not text.isprintable():
        return _UNPRINTABLE
    code = "mark_wrong_half" if text in ("/", "\\") else "unknown_mark"
    return Unreadable(code, _hint(text) or rejection(text, session.half, session.on) or "")


def _hint(text: str) -> str:
    """The sentence for signs that only look like a code, '' for others."""
    like = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)
    if like == text:
        return ""
    if like == "-":
        return "This is a long dash, not a mark. If no mark was taken, leave the cell blank or enter -."
    if like not in CODES and like not in ABOLISHED:
        return ""
    return f"This looks like {like} but has a sign of another alphabet. Type {like} if that is the mark."


def _is_national(code: str, first_on: date, last_on: date) -> bool:
    """Whether a code is of the national list on any of these days, or was of it before the present rules."""
    known = CODES.get(code)
    if known is None:
        return code in ABOLISHED
    return known.valid_from <= last_on and (known.valid_to is None or first_on <= known.valid_to)


def translation_error(own: str, code: str, first_on: date, last_on: date | None) -> str | None:
    """Why a school's own code cannot stand for a national one on those days: one sentence; None when it can.

    Our policy: a national code keeps its meaning on every day on which it may be entered, and signs that
    may be a slip of the pen (lower case, another alphabet) are corrected and not translated.
    """
    text = fold(own)
    if text in _BLANKS:
        return "Enter the school's own code. A blank or - stands for no mark and cannot be given a meaning."
    if len(text) > LONGEST_OWN_CODE or not text.isprintable():
        return f"An own code has at most {LONGEST_OWN_CODE} characters. Enter it as it stands in the file."
    if last_on is not None and last_on < first_on:
        return "The last day is before the first. Change one of them."
    if _is_national(text, first_on, last_on or date.max):
        return (
            f"{text} is a code of the national list and keeps its meaning. "
            "Correct the marks in your own system and export again."
        )
    if text.upper() in CODES and text.upper() != text:
        return (
            f"{text} is {text.upper()} in lower case. Correct the marks in your own system and export again."
        )
    if hint := _hint(text):
        return hint
    known = CODES.get(code)
    if known is None:
        return f'"{code[:LONGEST_OWN_CODE]}" is not an attendance code. Choose one from the national list.'
    if not (known.valid_on(first_on) and known.valid_on(last_on or first_on)):
        return f"{code} came in on {known.valid_from:%-d %B %Y}. Let the meaning begin on that day or later."
    return None


def known_share(cells: Iterable[Cell], own: OwnCodes = _NO_OWN_CODES) -> float:
    """The share of the non-blank cells that look like codes, right or wrong, 0 to 1; 0 when all are blank.

    The school's own codes count as codes on any day.
    """
    tally = Counter(str(cell) for cell in cells if cell not in _BLANKS)
    known = total = 0
    for written, times in tally.items():
        text = fold(written)
        if text not in _BLANKS:
            total += times
            known += times * (text.upper() in CODES or text.upper() in ABOLISHED or text in own)
    return known / total if total else 0.0
