"""Names as registers give them, and as they are compared."""

import re
import unicodedata
from datetime import date
from functools import lru_cache


def split_name(full_name: str, *, surname_first: bool = False) -> tuple[str, str]:
    """(surname, forename) of a name in one cell.

    A comma decides ("SURNAME, Forename"); else leading or trailing capitals mark the surname; else the last
    word is taken for it or, with `surname_first`, the first with the particles before it ("van der Berg").
    A preferred name in brackets is left out.
    """
    name = _without_brackets(" ".join(full_name.split()))
    if "," in name:
        surname, forename = name.split(",", 1)
        return surname.strip(), forename.strip()
    words = name.split()
    if len(words) < 2:
        return name, ""
    capitals = [_is_capitals(word) for word in words]
    if capitals[0] and not all(capitals):
        end = capitals.index(False)
        return " ".join(words[:end]), " ".join(words[end:])
    if capitals[-1] and not all(capitals):
        start = len(words) - capitals[::-1].index(False)
        return " ".join(words[start:]), " ".join(words[:start])
    if surname_first:
        end = next((at for at, word in enumerate(words[:-1]) if word.casefold() not in _PARTICLES), 0) + 1
        return " ".join(words[:end]), " ".join(words[end:])
    return words[-1], " ".join(words[:-1])


def is_ordered(full_name: str) -> bool:
    """Whether a name tells its surname by itself: one word, a comma, or capitals."""
    name = _without_brackets(" ".join(full_name.split()))
    words = name.split()
    capitals = [_is_capitals(word) for word in words]
    return "," in name or len(words) < 2 or (not all(capitals) and (capitals[0] or capitals[-1]))


_PARTICLES = frozenset(
    {
        "van",
        "von",
        "der",
        "den",
        "de",
        "di",
        "da",
        "del",
        "della",
        "la",
        "le",
        "al",
        "el",
        "bin",
        "ibn",
        "abu",
    }
    | {"mac", "st", "ter", "ten", "dos", "du"}
)


def compared(name: str) -> str:
    """A name as it is compared: without accents, case, punctuation or spaces; shown it stays as given."""
    if name.isascii() and name.isalpha():
        return name.lower()
    letters = unicodedata.normalize("NFKD", name).casefold().translate(_STROKES)
    return "".join(character for character in letters if character.isalnum())


_STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters whose mark no normal form takes off, as systems without them write them."""


def particulars(surname: str, forename: str, born_on: date | None) -> tuple[str, str, date] | None:
    """Full name, as it is compared, and birth date; None where one of the three is missing."""
    names = compared(surname), compared(forename)
    return (*names, born_on) if all(names) and born_on else None


_PARTS = re.compile(r"[\s\-\u2010-\u2015]+")


def parts(name: str) -> tuple[str, ...]:
    """The words of a name as each is compared: "Smith-Jones" has two."""
    return tuple(part for word in _PARTS.split(name) if (part := compared(word)))


def is_half(one: str, other: str) -> bool:
    """Whether one surname is part of the other, which has more words ("Jones", "Smith-Jones")."""
    fewer, more = sorted((set(parts(one)), set(parts(other))), key=len)
    return bool(fewer) and fewer < more


def is_reordered(one: str, other: str) -> bool:
    """Whether two names have the same words in another order ("Smith-Jones", "Jones-Smith")."""
    first, second = parts(one), parts(other)
    return first != second and sorted(first) == sorted(second)


def is_short_form(one: str, other: str) -> bool:
    """Whether one forename may be short for the other, or the first of several.

    An initial, the beginning of the longer one ("Sam", "Samuel"; "Ana", "Ana Maria"), or a usual short or
    other form ("Kate", "Katherine"). A list of usual forms is never complete: a person decides (our policy).
    """
    first, second = parts(one), parts(other)
    if not first or not second or first == second:
        return False
    shorter, longer = sorted((first[0], second[0]), key=len)
    return longer.startswith(shorter) or not _forms(shorter).isdisjoint(_forms(longer))


_SHORT_FORMS = (
    "alexander alexandra sandy sasha xander",
    "anthony antony tony",
    "charles charlie chuck",
    "charlotte lottie charlie",
    "christopher kit",
    "edward ed eddie ned ted teddy",
    "eleanor elinor ellie nell nora",
    "elizabeth elisabeth beth betsy betty eliza libby lizzie liz",
    "francesca frances francis fran frankie",
    "harry henry harold",
    "isabel isabella isobel bella izzy",
    "jack john johnny jon jonathan",
    "james jamie jim jimmy",
    "katherine catherine kathryn katharine kate katie kathy kitty",
    "margaret maggie meg peggy",
    "mary molly polly",
    "michael mick mike mickey",
    "mohammed mohammad mohamed mohamad muhammad muhammed mohd md",
    "nicholas nick nicky",
    "patricia patrick paddy pat trish",
    "richard dick rick ricky",
    "robert bob bobby rob robbie",
    "sarah sara sally",
    "stephen steven steve",
    "victoria tori vicky",
    "william bill billy liam will",
    "yousef youssef yusuf yusef yousuf",
    "zachary zac zach zak",
)
"""Forenames that may be one child's, beyond those of which one begins the other."""


@lru_cache(maxsize=4096)
def _forms(forename: str) -> frozenset[int]:
    return frozenset(number for number, forms in enumerate(_SHORT_FORMS) if forename in forms.split())


def is_one_letter_apart(one: str, other: str) -> bool:
    """Whether two names differ by one letter: another, one more, or two neighbours swapped.

    Names of fewer than four letters are not compared: too many of them are names in their own right.
    """
    short, long = sorted((compared(one), compared(other)), key=len)
    if len(short) < _LEAST_LETTERS or len(long) - len(short) > 1 or short == long:
        return False
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[:at] + short[at : at + 2][::-1] + short[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or swapped == long


_LEAST_LETTERS = 4


def _is_capitals(word: str) -> bool:
    return word == word.upper() and sum(character.isalpha() for character in word) > 1


def _without_brackets(name: str) -> str:
    before, bracket, rest = name.partition("(")
    return " ".join((before + rest.partition(")")[2]).split()) if bracket else name


_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "lady", "master"})
_NO_NAMES = _TITLES | {"and", "the", "to", "of", "for", "family", "parent", "parents", "carer", "carers"}
"""Words beside a name on an envelope that are none."""


def _words(text: str) -> list[str]:
    """The words of a text as they are compared, without those that have nothing to compare."""
    return [word for each in re.split(r"[\s,;&/.()]+", text) if (word := compared(each))]


def may_be(name: str, addressed: str) -> bool:
    """Whether somebody of a name may be meant by how a letter is addressed, whole words compared.

    A surname alone, with a title or with a fitting initial, may be anybody's who has it.
    """
    words, told = _words(name), _words(addressed)
    if not words or not told:
        return name.strip().casefold() == addressed.strip().casefold()
    if set(words) <= set(told):
        return True
    others = [each for each in told if each not in _NO_NAMES and each != words[-1]]
    initials = {word[0] for word in words[:-1]}
    return len(words) > 1 and words[-1] in told and all(each in initials for each in others)
