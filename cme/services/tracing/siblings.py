"""Children who may belong to one family, as far as the viewer may see them, and whether they are here."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cme.access.scope import Scope
from cme.attendance.codes import CODES, UnseenEffect
from cme.casework.enquiries.calls import UNEXPLAINED
from cme.identity.households import Key, Tie, kinds_of, tied_by
from cme.identity.names import compared
from cme.services.restrictions import homes_hidden
from cme.store import households, marks, pupils
from cme.store.marks import DayMarks
from cme.store.tables import Registration


class Whereabouts(StrEnum):
    """What the newest register of a child's school says of the child on its newest day."""

    PRESENT = "present"
    UNEXPLAINED = "unexplained"
    ABSENT = "absent"
    UNMARKED = "unmarked"


@dataclass(frozen=True, slots=True)
class Sibling:
    """A child on roll who may be a brother or sister, and what ties the two: never a name alone.

    `on` is the newest day of that child's own school's register, None before the first, and `marks` the
    codes of that day. `registration` has its pupil, its school and its runs. `shared` are the very address,
    phones and e-mails, as they are compared.
    """

    registration: Registration
    ties: tuple[Tie, ...]
    on: date | None
    marks: DayMarks
    shared: frozenset[Key] = frozenset()

    @property
    def whereabouts(self) -> Whereabouts:
        """Seen at school in a session of that day, absent without a reason, otherwise absent, or unmarked."""
        codes = [CODES[code] for code in self.marks if code]
        if any(code.unseen_effect is UnseenEffect.SEEN for code in codes):
            return Whereabouts.PRESENT
        if any(code.code in UNEXPLAINED for code in codes):
            return Whereabouts.UNEXPLAINED
        is_absent = any(code.unseen_effect is UnseenEffect.UNSEEN for code in codes)
        return Whereabouts.ABSENT if is_absent else Whereabouts.UNMARKED

    @property
    def is_absent_too(self) -> bool:
        """Whether the child is absent without a reason, or has been counted absent up to now."""
        run = self.registration.return_run or 0
        is_present = self.whereabouts is Whereabouts.PRESENT
        return self.whereabouts is Whereabouts.UNEXPLAINED or (run > 0 and not is_present)


def siblings_of(scope: Scope, registration_id: int, *, with_searched: bool = False) -> tuple[Sibling, ...]:
    """Who on roll, at whichever schools the viewer may see, has the same home or contacts; () for nobody.

    () as well outside the scope. A home that is hidden from the viewer ties nobody: that would tell it.
    `with_searched`: also who was removed from the roll, and whose case is open.
    """
    near = households.read_near(scope, (registration_id,), with_searched=with_searched)
    return _found(scope, near, (registration_id,))[registration_id]


def siblings_at_school(
    scope: Scope, school_id: int, registration_ids: Collection[int]
) -> dict[int, tuple[Sibling, ...]]:
    """The same for several children of one school, among those on its roll."""
    near = households.read_near(scope, registration_ids, school_id=school_id)
    return _found(scope, near, registration_ids)


def absent_siblings(scope: Scope, registration_id: int) -> tuple[Sibling, ...]:
    """Those of `siblings_of` who are absent too, or are off the roll and looked for."""
    return tuple(filter(_is_away, siblings_of(scope, registration_id, with_searched=True)))


def _is_away(one: Sibling) -> bool:
    return one.is_absent_too or not one.registration.on_roll


def _found(
    scope: Scope, near: Mapping[int, Collection[Key]], registration_ids: Collection[int]
) -> dict[int, tuple[Sibling, ...]]:
    kin = tied_by(registration_ids, near)
    if not any(kin.values()):
        return dict.fromkeys(kin, ())
    involved = {*registration_ids, *(other for others in kin.values() for other in others)}
    hidden, known = homes_hidden(scope, involved), pupils.list_registrations(scope, involved)
    days = _newest_days(scope, known.values())
    found: dict[int, tuple[Sibling, ...]] = {}
    for child, others in kin.items():
        own = [
            Sibling(known[other], kinds_of(shown), *days[other], shown)
            for other, keys in others.items()
            if other in known and (shown := _shown(keys, not hidden.isdisjoint((child, other))))
        ]
        same = known.get(child)
        own = [one for one in own if same is None or not _is_same_child(same, one.registration)]
        found[child] = tuple(
            sorted(own, key=lambda one: (one.registration.pupil.forename, one.registration.id))
        )
    return found


def _shown(keys: Iterable[Key], is_hidden: bool) -> frozenset[Key]:
    return frozenset((kind, text) for kind, text in keys if not (is_hidden and kind is Tie.ADDRESS))


def _newest_days(
    scope: Scope, registrations: Iterable[Registration]
) -> dict[int, tuple[date | None, DayMarks]]:
    """For each registration its school's newest day with marks, and its own marks on that day."""
    schools: dict[int, list[int]] = {}
    for one in registrations:
        schools.setdefault(one.school_id, []).append(one.id)
    found: dict[int, tuple[date | None, DayMarks]] = {}
    for school_id, ids in schools.items():
        on = marks.last_marked_on(scope, school_id)
        marked = marks.read_marks_on(scope, ids, on) if on else {}
        found |= {key: (on, marked.get(key, DayMarks())) for key in ids}
    return found


def _is_same_child(one: Registration, other: Registration) -> bool:
    """Whether two records are of one child, who changed schools: the UPN, or forename and date of birth."""
    ours, theirs = one.pupil, other.pupil
    if ours.upn and theirs.upn:
        return ours.upn == theirs.upn
    is_same_forename = compared(ours.forename) == compared(theirs.forename)
    return is_same_forename and ours.born_on is not None and ours.born_on == theirs.born_on
