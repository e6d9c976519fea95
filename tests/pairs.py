"""Children as two authorities describe them: a labelled set of pairs, made up, for precision and recall.

Each case is a request, a small authority's children among whom it is searched, and which of them it is of, if
any. A seed gives the same set every time. Kinds are named for what differs between the two descriptions.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from cme.identity.likeness import Identity
from cme.identity.searching import Child, Label, judge, keys_of
from cme.identity.upn import check_letter
from cme.synthetic import FORENAMES, SURNAMES, make_upn

SEED = 20261122
OF_EACH = 120

_ACCENTED = ("Zoë", "Anaïs", "José", "Łucja", "Søren", "Noémie", "Müller", "Čapek", "O'Neill", "D\u2019Arcy")
_PLAIN = ("Zoe", "Anais", "Jose", "Lucja", "Soren", "Noemie", "Muller", "Capek", "ONeill", "DArcy")
_SHORT = (
    *(("Katherine", "Kate"), ("Mohammed", "Muhammad"), ("William", "Billy"), ("Samuel", "Sam")),
    *(("Elizabeth", "Beth"), ("Robert", "Bob"), ("Zachary", "Zak"), ("Ana Maria", "Ana")),
)


@dataclass(frozen=True)
class Case:
    """A request for a child, its kind, the child's record (None: not ours) and who else is ours."""

    kind: str
    sought: Child
    truth: Child | None
    others: tuple[Child, ...] = ()


class Score(NamedTuple):
    """Of the cases of one kind: how many, how many have a child of ours, and how each was labelled.

    `likely` and `found` count the right child, labelled likely, and labelled at all; `wrong_likely` and
    `wrong` another child so labelled.
    """

    cases: int
    ours: int
    likely: int
    found: int
    wrong_likely: int
    wrong: int

    @property
    def recall(self) -> float:
        """Of the children who are ours, the share found under either label; 1 where there are none."""
        return self.found / self.ours if self.ours else 1.0

    @property
    def precision(self) -> float:
        """Of all labels, the share on the right child; 1 where there are none."""
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0


def make_cases(seed: int = SEED) -> list[Case]:
    """The whole set, the same for the same seed: `OF_EACH` cases of each kind."""
    maker = _Maker(random.Random(seed))
    return [replace(make(maker), kind=kind) for kind, make in KINDS.items() for _ in range(OF_EACH)]


def scores(cases: Sequence[Case]) -> dict[str, Score]:
    """How each kind is judged, everybody of the whole set being ours and looked up by keys."""
    ours = [child for case in cases for child in (*([case.truth] if case.truth else []), *case.others)]
    index = index_of(ours)
    found: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for case in cases:
        candidates = look_up(case.sought, index, ours)
        labels = {id(candidates[one.place]): one.label for one in judge(case.sought, candidates)}
        right = labels.pop(id(case.truth), None)
        wrong = list(labels.values())
        each = (1, case.truth is not None, right is Label.LIKELY, right is not None)
        counted = (*each, wrong.count(Label.LIKELY), len(wrong))
        found[case.kind] = [a + b for a, b in zip(found[case.kind], counted, strict=True)]
    return {kind: Score(*counted) for kind, counted in found.items()}


def index_of(children: Sequence[Child]) -> dict[str, list[int]]:
    """The places of children by each of their keys."""
    index: dict[str, list[int]] = defaultdict(list)
    for place, child in enumerate(children):
        for key in keys_of(child.identity):
            index[key].append(place)
    return index


def look_up(sought: Child, index: dict[str, list[int]], children: Sequence[Child]) -> list[Child]:
    """Everybody who shares a key with the child sought, each once."""
    places = {place for key in keys_of(sought.identity) for place in index.get(key, ())}
    return [children[place] for place in sorted(places)]


class _Maker:
    """Makes children whom nobody else resembles by chance: each has a UPN and a surname of its own."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.serial = 0

    def upn(self, *, temporary: bool = False) -> str:
        self.serial += 1
        laestab, year, serial = f"841{2000 + self.serial // 900}", 20, self.serial % 900 + 1
        if not temporary:
            return make_upn(laestab, year, serial)
        body = f"{laestab}{year}{serial % 100:02d}A"
        return check_letter(body) + body

    def name(self, names: Sequence[str], *but: str) -> str:
        return self.chance.choice([name for name in names if name not in but])

    def born_on(self) -> date:
        return date(2010, 9, 1) + timedelta(days=self.chance.randrange(3600))

    def surname(self) -> str:
        return f"{self.name(SURNAMES)}{self.name(('ley', 'worth', 'ford', 'by', 'ham', 'wick', 'combe', ''))}"

    def child(self, **given: object) -> Child:
        values = {
            "surname": self.surname(),
            "forename": self.name(FORENAMES),
            "born_on": self.born_on(),
            "upns": (self.upn(),),
        }
        return Child(Identity(**values | given))  # type: ignore[arg-type]

    def asked(self, record: Child, **given: object) -> Child:
        """The record as another authority describes it: without a UPN unless one is given."""
        return Child(replace(record.identity, **{"upns": (), **given}))  # type: ignore[arg-type]


def _same(maker: _Maker) -> Case:
    record = maker.child()
    upper = maker.chance.random() < 0.5
    name = record.identity.surname.upper() if upper else record.identity.surname
    return Case("", maker.asked(record, surname=name), record)


def _same_upn(maker: _Maker) -> Case:
    record = maker.child()
    return Case("", maker.asked(record, upns=record.identity.upns), record)


def _twins(maker: _Maker) -> Case:
    record = maker.child()
    one = record.identity
    twin = maker.child(
        surname=one.surname, born_on=one.born_on, forename=_other_forename(maker, one.forename)
    )
    with_upn = maker.chance.random() < 0.5
    return Case("", maker.asked(record, upns=one.upns if with_upn else ()), record, (twin,))


def _twins_blank_forename(maker: _Maker) -> Case:
    case = _twins(maker)
    return replace(case, sought=maker.asked(case.sought, forename=""))


def _siblings(maker: _Maker) -> Case:
    record = maker.child()
    one = record.identity
    elder = one.born_on - timedelta(days=maker.chance.randrange(400, 1500)) if one.born_on else None
    other = maker.child(surname=one.surname, born_on=elder, forename=_other_forename(maker, one.forename))
    return Case("", maker.asked(record), record, (other,))


def _sibling_of_ours(maker: _Maker) -> Case:
    """The child is not ours, a brother or sister is; now and then its UPN was given by mistake."""
    case = _siblings(maker)
    (other,) = case.others
    mistaken = other.identity.upns if maker.chance.random() < 0.3 else ()
    return Case("", maker.asked(case.sought, upns=mistaken), None, (other,))


def _namesake(maker: _Maker) -> Case:
    """The child is not ours; another of the same name, and at times of the same birth date, is."""
    other = maker.child()
    same_day = maker.chance.random() < 0.5
    born_on = (
        other.identity.born_on if same_day else date(2009, 1, 1) + timedelta(maker.chance.randrange(200))
    )
    return Case("", maker.asked(other, born_on=born_on, upns=(maker.upn(),)), None, (other,))


def _two_namesakes(maker: _Maker) -> Case:
    """Two of ours have one name and birth date, and the request has no UPN to tell them apart."""
    record = maker.child()
    return Case("", maker.asked(record), record, (maker.asked(record, upns=(maker.upn(),)),))


def _upn_of_another(maker: _Maker) -> Case:
    """The UPN is one child's by mistake, names and birth date are another's."""
    record, other = maker.child(), maker.child()
    return Case("", maker.asked(record, upns=other.identity.upns), record, (other,))


def _swapped_names(maker: _Maker) -> Case:
    record = maker.child()
    one = record.identity
    return Case("", maker.asked(record, surname=one.forename, forename=one.surname), record)


def _accents(maker: _Maker) -> Case:
    at, other = (maker.chance.randrange(len(_PLAIN)) for _ in range(2))
    record = maker.child(surname=f"{_ACCENTED[at]}-{maker.surname()}", forename=_ACCENTED[other])
    bare = record.identity.surname.replace(_ACCENTED[at], _PLAIN[at]).upper()
    return Case("", maker.asked(record, surname=bare, forename=_PLAIN[other]), record)


def _double_surname(maker: _Maker) -> Case:
    first, second = maker.surname(), maker.surname()
    record = maker.child(surname=f"{first}-{second}")
    written = maker.name((first, second, f"{second}-{first}", f"{first} {second}"))
    return Case("", maker.asked(record, surname=written), record)


def _day_and_month(maker: _Maker) -> Case:
    born_on = date(
        2010 + maker.chance.randrange(9), maker.chance.randrange(1, 7), maker.chance.randrange(7, 13)
    )
    record = maker.child(born_on=born_on)
    swapped = date(born_on.year, born_on.day, born_on.month)
    return Case("", maker.asked(record, born_on=swapped), record)


def _one_digit(maker: _Maker) -> Case:
    record = maker.child()
    born_on = record.identity.born_on or date.min
    choices = []
    for at in range(8):
        for digit in "0123456789":
            text = f"{born_on:%Y%m%d}"
            if text[at] != digit:
                choices.append(text[:at] + digit + text[at + 1 :])
    wrong = maker.name([text for text in choices if _is_date(text)])
    return Case("", maker.asked(record, born_on=date.fromisoformat(wrong)), record)


def _is_date(text: str) -> bool:
    try:
        return 2000 <= date.fromisoformat(text).year <= 2026
    except ValueError:
        return False


def _married_name(maker: _Maker) -> Case:
    """The surname changed: one side has the former one on record, or joined both, or one in four neither."""
    record = maker.child()
    old, new = record.identity.surname, maker.surname()
    written = maker.chance.randrange(4)
    if written == 0:
        return Case("", maker.asked(record, surname=new, other_surnames=(old,)), record)
    if written == 1:
        changed = Child(replace(record.identity, surname=new, other_surnames=(old,)))
        return Case("", maker.asked(record), changed)
    return Case("", maker.asked(record, surname=f"{old}-{new}" if written == 2 else new), record)


def _temporary_upn(maker: _Maker) -> Case:
    """Known by a temporary UPN here and by the permanent one there, or the other way about."""
    temporary, permanent = maker.upn(temporary=True), maker.upn()
    record = maker.child(upns=(permanent, temporary) if maker.chance.random() < 0.5 else (temporary,))
    asked = (temporary,) if len(record.identity.upns) == 2 else (permanent,)
    return Case("", maker.asked(record, upns=asked), record)


def _initials(maker: _Maker) -> Case:
    record = maker.child()
    return Case("", maker.asked(record, forename=f"{record.identity.forename[0]}."), record)


def _short_forms(maker: _Maker) -> Case:
    long, short = maker.chance.choice(_SHORT)
    record = maker.child(forename=long)
    return Case("", maker.asked(record, forename=short), record)


def _misspelt(maker: _Maker) -> Case:
    record = maker.child()
    name = record.identity.surname
    at = maker.chance.randrange(1, len(name))
    return Case("", maker.asked(record, surname=name[:at] + "x" + name[at + 1 :]), record)


def _stranger(maker: _Maker) -> Case:
    return Case("", maker.asked(maker.child(), upns=(maker.upn(),)), None, (maker.child(),))


def _other_forename(maker: _Maker, forename: str) -> str:
    return maker.name([name for name in FORENAMES if name[0] != forename[0]])


KINDS: dict[str, Callable[[_Maker], Case]] = {
    "same particulars, no UPN": _same,
    "same UPN": _same_upn,
    "twins": _twins,
    "twins, forename blank": _twins_blank_forename,
    "siblings": _siblings,
    "sibling of ours, child not ours": _sibling_of_ours,
    "namesake of ours, child not ours": _namesake,
    "two namesakes of one birth date": _two_namesakes,
    "UPN of another child": _upn_of_another,
    "surname and forename swapped": _swapped_names,
    "accents and apostrophes": _accents,
    "double surname": _double_surname,
    "day and month swapped": _day_and_month,
    "birth date one digit off": _one_digit,
    "married name": _married_name,
    "temporary, then permanent UPN": _temporary_upn,
    "initial": _initials,
    "short form": _short_forms,
    "surname misspelt": _misspelt,
    "nobody of ours": _stranger,
}


def total(of: dict[str, Score]) -> Score:
    """All kinds together."""
    return Score(*(sum(column) for column in zip(*of.values(), strict=True)))


def lines(of: dict[str, Score]) -> Iterator[str]:
    """The scores as a table, a line for each kind and one for all."""
    yield f"    {'':34} {'cases':>6} {'precision':>10} {'recall':>8} {'likely':>8}  wrong likely"
    for kind, one in {**of, "all": total(of)}.items():
        likely = f"{one.likely / one.ours:8.1%}" if one.ours else f"{'':8}"
        recall = f"{one.recall:8.1%}" if one.ours else f"{'':8}"
        yield f"    {kind:34} {one.cases:6,} {one.precision:10.1%} {recall} {likely}  {one.wrong_likely:12}"
