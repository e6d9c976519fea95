"""Whether what a file says of its school is said of another school."""

from collections.abc import Iterable

from importers.layouts.schools import SaidSchool, distinctive_words


def differ(said: Iterable[SaidSchool], *, name: str, urn: str, laestab: str) -> tuple[list[str], list[str]]:
    """(What is certainly not this school, what may not be it) of what a file says.

    A URN or DfE number decides; where one is this school's, no name is looked at. Names are compared by their
    distinctive words: one with none of ours is another school's, one with some may be, and a title only may
    be. An establishment number without its authority is the last four digits of a DfE number.
    """
    numbers = [one for one in said if one.kind in ("urn", "laestab")]
    other = [
        one.value
        for one in numbers
        if one.value not in (urn, laestab, laestab[-4:] if one.kind == "laestab" else "")
    ]
    if other or numbers:
        return other, []
    surely: list[str] = []
    maybe: list[str] = []
    ours = distinctive_words(name)
    for one in said:
        theirs = distinctive_words(one.value)
        if not ours or not theirs or theirs <= ours or ours <= theirs:
            continue
        (surely if one.kind == "name" and ours.isdisjoint(theirs) else maybe).append(one.value)
    return surely, maybe
