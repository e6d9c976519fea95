"""Names as registers give them, and as they are compared."""

import unicodedata


def split_name(full_name: str) -> tuple[str, str]:
    """(surname, forename) of a name in one cell.

    A comma decides ("SURNAME, Forename"); else leading or trailing capitals mark the surname; else the last
    word is taken for it. A preferred name in brackets is left out.
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
    return words[-1], " ".join(words[:-1])


def compared(name: str) -> str:
    """A name as it is compared: without accents, case, punctuation or spaces; shown it stays as given."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in letters if character.isalnum())


def _is_capitals(word: str) -> bool:
    return word == word.upper() and sum(character.isalpha() for character in word) > 1


def _without_brackets(name: str) -> str:
    before, bracket, rest = name.partition("(")
    return " ".join((before + rest.partition(")")[2]).split()) if bracket else name
