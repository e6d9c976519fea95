"""What a file would change in what is on record of a pupil: nothing overwritten, nobody ended, in silence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from cme.attendance.lines import Lines, until
from cme.casework.safety.flags import read_flags
from cme.identity.names import compared
from importers.issues import Issue, Severity
from importers.roll.entries import ADDRESS, NOTHING, ContactEntry, RollEntry, address_lines, digits_of


@dataclass(frozen=True, slots=True)
class KnownRoll:
    """What is on record of a registration's pupil, in the shape of a file's entry.

    `contact_ids` and `contact_positions` belong to the contacts of `entry`, in its order, which is the call
    order.
    """

    registration_id: int
    entry: RollEntry = NOTHING
    contact_ids: tuple[int, ...] = ()
    contact_positions: tuple[int, ...] = ()


class ChangeKind(StrEnum):
    """What becomes of a change: a blank is filled by itself, the rest waits for a person."""

    FILL = "fill"
    DIFFERENCE = "difference"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Effect:
    """One value on record that a change sets, as data: None stands for nothing on record.

    `target` is a column of the pupil (sex, former_upn, a part of `ADDRESS`) or the registration (starting_on,
    leaving_on, as ISO dates), or `flag:KIND` ("yes" or "no"), `contact:ID:COLUMN`, `contact:ID` ("held" or
    "ended"), or `contact:new` with the contact's columns.
    """

    target: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RollChange:
    """One thing that file and record give otherwise, or that only the file gives.

    `old` and `new` are for people, '' for nothing. `key` is of this change with these values only: when
    either changes, it must be accepted again.
    """

    key: str
    registration_id: int
    name: str
    kind: ChangeKind
    old: str
    new: str
    effects: tuple[Effect, ...]

    @property
    def asks(self) -> bool:
        """Whether nothing is done until a person accepts it."""
        return self.kind is not ChangeKind.FILL

    @property
    def label(self) -> str:
        """What changes, in the words people read: "Contact 2: phone"."""
        first, _, rest = self.name.partition(".")
        if first == "flag":
            return read_flags()[rest].label
        if first == "contact":
            number, _, part = rest.partition(".")
            return f"Contact {number}: {_PARTS[part]}" if part else f"Contact {number}"
        return _LABELS[first]


_LABELS = {
    "sex": "Sex",
    "address": "Address",
    "former_upn": "Former UPN",
    "starting_on": "Admission date",
    "leaving_on": "Leaving date",
    "contact_order": "Order of contacts",
}
_PARTS = {"name": "name", "relationship": "relationship", "phone": "phone", "email": "e-mail"}


def roll_changes(known: KnownRoll, entry: RollEntry, lines: Lines | None = None) -> tuple[RollChange, ...]:
    """What an entry of a file would change for the pupil whom the plan matched it to.

    A blank on record is filled by itself; the same changes nothing; anything else must be accepted. A blank
    in the file never erases. A flag newly "yes" is taken at once, one that turns to "no" must be accepted
    (our policy: in doubt for the child). `lines` are the pupil's register lines as they will be: a first
    admission date after a mark would take days out of the count, so that it must be accepted too.
    """
    change = _Changes(known)
    old = known.entry
    change.plain("sex", old.sex, entry.sex)
    change.address(old, entry)
    change.plain("former_upn", old.former_upn, entry.former_upn)
    marked_before = entry.admitted_on is not None and _marks_before(lines or {}, entry.admitted_on) > 0
    change.on("starting_on", old.admitted_on, entry.admitted_on, asks=marked_before)
    change.on("leaving_on", old.leaving_on, entry.leaving_on)
    change.contacts(entry)
    for kind in entry.flags:
        if kind not in old.flags:
            change.add(f"flag.{kind}", ChangeKind.FILL, "", "Yes", [Effect(f"flag:{kind}", "no", "yes")])
    for kind in entry.flags_denied:
        if kind in old.flags:
            change.add(
                f"flag.{kind}", ChangeKind.DIFFERENCE, "Yes", "No", [Effect(f"flag:{kind}", "yes", "no")]
            )
    return tuple(change.found)


class _Changes:
    """Collects the changes of one registration."""

    def __init__(self, known: KnownRoll) -> None:
        self._known = known
        self.found: list[RollChange] = []

    def add(self, name: str, kind: ChangeKind, old: str, new: str, effects: Iterable[Effect]) -> None:
        taken = tuple(effects)
        values = "\x1f".join(f"{each.target}\x1e{each.old}\x1e{each.new}" for each in taken)
        digest = sha256(f"{old}\x1d{new}\x1d{values}".encode()).hexdigest()[:16]
        registration_id = self._known.registration_id
        key = f"{registration_id}.{name}.{digest}"
        self.found.append(RollChange(key, registration_id, name, kind, old, new, taken))

    def plain(self, name: str, old: str, new: str) -> None:
        if new and new != old:
            kind = ChangeKind.DIFFERENCE if old else ChangeKind.FILL
            self.add(name, kind, old, new, [Effect(name, old, new)])

    def on(self, name: str, old: date | None, new: date | None, *, asks: bool = False) -> None:
        if new is not None and new != old:
            kind = ChangeKind.DIFFERENCE if old or asks else ChangeKind.FILL
            effect = Effect(name, old.isoformat() if old else None, new.isoformat())
            self.add(name, kind, _day(old), _day(new), [effect])

    def address(self, old: RollEntry, new: RollEntry) -> None:
        """An address is one thing: half of an old home and half of a new one is nobody's."""
        given = dict(zip(ADDRESS, new.address, strict=True))
        held = dict(zip(ADDRESS, old.address, strict=True))
        whole = compared("".join(new.address))
        if not whole or whole == compared("".join(old.address)):
            return
        if all(not given[part] or not held[part] or _same(given[part], held[part]) for part in ADDRESS):
            after = {part: held[part] or given[part] for part in ADDRESS}
            kind = ChangeKind.FILL
        else:
            # Who gives a street gives a whole address; a postcode alone corrects what is there.
            names_home = bool(given["street"] or given["house"])
            after = given if names_home else {part: given[part] or held[part] for part in ADDRESS}
            kind = ChangeKind.DIFFERENCE
        effects = [Effect(part, held[part], after[part]) for part in ADDRESS if held[part] != after[part]]
        if effects:
            self.add("address", kind, _address(held), _address(after), effects)

    def contacts(self, entry: RollEntry) -> None:
        """Contacts by name, else by phone or e-mail, among the contacts of this one child."""
        known, given = self._known.entry.contacts, entry.contacts
        pairs = _pair(known, given)
        for at, index in sorted(pairs.items()):
            self._details(at + 1, self._known.contact_ids[at], known[at], given[index])
        missing = _missing(len(known), pairs, entry)
        new = [index for index in range(len(given)) if index not in pairs.values()]
        in_order = [pairs[at] for at in sorted(pairs)]
        is_moved = in_order != sorted(in_order)
        comes_last = not new or not in_order or min(new) > max(in_order)
        is_plain = len(pairs) == len(known) and comes_last and not is_moved
        places = self._places(pairs, missing, given)
        moves = [
            Effect(
                f"contact:{self._known.contact_ids[at]}:position", self._known.contact_positions[at], place
            )
            for at, place in places.items()
            if self._known.contact_positions[at] != place
        ]
        if is_moved:
            before = [known[at].name for at in sorted(pairs)]
            after = [known[at].name for at in sorted(pairs, key=pairs.__getitem__)]
            self.add("contact_order", ChangeKind.DIFFERENCE, _listed(before), _listed(after), moves)
        for index in new:
            values = asdict(given[index]) | {"position": index + 1}
            # The first who comes in makes room for all, unless the new order is asked for by itself.
            shifts = moves if index == new[0] and not is_moved else []
            kind = ChangeKind.FILL if is_plain else ChangeKind.DIFFERENCE
            effects = [Effect("contact:new", None, values), *shifts]
            self.add(f"contact.{index + 1}", kind, "", _contact(given[index]), effects)
        for at in missing:
            effect = Effect(f"contact:{self._known.contact_ids[at]}", "held", "ended")
            self.add(f"contact.{at + 1}", ChangeKind.QUESTION, _contact(known[at]), "", [effect])

    def _places(
        self, pairs: Mapping[int, int], missing: Sequence[int], given: Sequence[ContactEntry]
    ) -> dict[int, int]:
        """The call order once all is accepted: the file's, then those the file had no room for."""
        places = {at: index + 1 for at, index in pairs.items()}
        beyond = [
            at for at in range(len(self._known.entry.contacts)) if at not in pairs and at not in missing
        ]
        return places | {at: len(given) + number for number, at in enumerate(beyond, 1)}

    def _details(self, number: int, contact_id: int, old: ContactEntry, new: ContactEntry) -> None:
        for part, same in _SAME.items():
            held, given = getattr(old, part), getattr(new, part)
            if given and not same(held, given):
                kind = ChangeKind.DIFFERENCE if held else ChangeKind.FILL
                effect = Effect(f"contact:{contact_id}:{part}", held, given)
                self.add(f"contact.{number}.{part}", kind, held, given, [effect])


def _missing(known: int, pairs: Mapping[int, int], entry: RollEntry) -> list[int]:
    """Contacts on record for whom the file had a place, and in which they are not."""
    if len(entry.contacts) < entry.contact_slots:
        reach = known
    else:
        reach = max(entry.contact_slots, max(pairs, default=-1) + 1) if entry.contact_slots else 0
    return [at for at in range(known) if at not in pairs and at < reach]


def _pair(known: Sequence[ContactEntry], given: Sequence[ContactEntry]) -> dict[int, int]:
    """Which contact on record (by index) is which of the file."""
    pairs: dict[int, int] = {}
    for traits in (_by_name, _by_number, _by_the_rest):
        for at, one in enumerate(known):
            if at in pairs:
                continue
            mine = traits(one)
            free = (
                index
                for index, other in enumerate(given)
                if index not in pairs.values() and mine & traits(other)
            )
            index = next(free, None)
            if index is not None:
                pairs[at] = index
    return pairs


def _by_name(contact: ContactEntry) -> set[str]:
    return {compared(contact.name)} - {""}


def _by_number(contact: ContactEntry) -> set[str]:
    return ({digits_of(each) for each in contact.phone.split(";")} | {contact.email.casefold()}) - {""}


def _by_the_rest(contact: ContactEntry) -> set[str]:
    if _by_name(contact) or _by_number(contact):
        return set()
    return {f"{contact.relationship} {contact.phone}".casefold()}


def _same(one: str, other: str) -> bool:
    return one == other or compared(one) == compared(other) != ""


def _same_phone(one: str, other: str) -> bool:
    return one == other or digits_of(one) == digits_of(other) != ""


def _same_email(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


_SAME = {"name": _same, "relationship": _same, "phone": _same_phone, "email": _same_email}


def _address(parts: Mapping[str, str]) -> str:
    return ", ".join(address_lines([parts[part] for part in ADDRESS]))


def _in_line(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)


def _contact(contact: ContactEntry) -> str:
    return _in_line((contact.name, contact.relationship, contact.phone, contact.email))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name or "No name given" for name in names)


def _day(on: date | None) -> str:
    return f"{on.day} {on:%B %Y}" if on else ""


_NOT_YET = str.maketrans("", "", ".Z#")
"""Takes out of a line what stands before a pupil's first day as it should."""


def _marks_before(lines: Lines, on: date) -> int:
    return _count_marks(until(lines, on - timedelta(days=1)))


def _marks_after(lines: Lines, on: date) -> int:
    return _count_marks(lines) - _count_marks(until(lines, on))


def _count_marks(lines: Lines) -> int:
    return sum(len(line.translate(_NOT_YET)) for line in lines.values())


def marks_outside(
    pupils: Iterable[tuple[RollEntry | None, tuple[date | None, date | None], Lines, str]],
) -> tuple[Issue, ...]:
    """Warnings of marks before pupils' admission and after their leaving dates: one for each, with the count.

    For every pupil of a file: its entry, the admission and leaving dates on record, the lines, and where the
    pupil stands in the file. The date in the file goes before the one on record. Marks before an admission
    date that is on record are not counted; a leaving date takes nobody off roll and no mark out of the count.
    """
    early: list[tuple[int, str]] = []
    late: list[tuple[int, str]] = []
    for entry, on_record, lines, address in pupils:
        given = entry or NOTHING
        admitted_on, leaving_on = given.admitted_on or on_record[0], given.leaving_on or on_record[1]
        if admitted_on and (times := _marks_before(lines, admitted_on)):
            early.append((times, address))
        if leaving_on and (times := _marks_after(lines, leaving_on)):
            late.append((times, address))
    return tuple(_outside(early, late))


def _outside(early: Sequence[tuple[int, str]], late: Sequence[tuple[int, str]]) -> Iterator[Issue]:
    if early:
        yield Issue(
            code="before_admission",
            severity=Severity.WARNING,
            message=f"{_told(early)} before their admission date. Once that date is on record they are not "
            "counted. Check the date in your own system.",
        )
    if late:
        yield Issue(
            code="after_leaving",
            severity=Severity.WARNING,
            message=f"{_told(late)} after their leaving date. They are counted: a leaving date takes nobody "
            "off roll. Check the date in your own system.",
        )


def _told(found: Sequence[tuple[int, str]]) -> str:
    marks = sum(times for times, _ in found)
    places = "; ".join(address for _, address in found[:3])
    pupils = "1 pupil has" if len(found) == 1 else f"{len(found):,} pupils have"
    unit = "mark" if marks == 1 else "marks"
    return f"{pupils} {marks:,} {unit} ({places}{'; and more' if len(found) > 3 else ''})"
