"""The family of the child of a case: who may belong to it, what ties them, and where each of them stands.

Who belongs to it is `services.siblings` alone. A school sees the children of that school, and is not told
whether there are others: that a child at another school lives at the same place is for the authority to tell
(our policy). The page of a school says the same whether there are any or not.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.identity.households import Household, Key, Tie, phone_keys
from cme.services.casework import CaseView
from cme.services.restrictions import homes_hidden
from cme.services.tracing.siblings import Sibling, siblings_of
from cme.store import cases, roll
from cme.store.restrictions import read_with
from cme.store.tables import Case, Registration
from importers.roll.entries import address_lines


@dataclass(frozen=True, slots=True)
class Bond:
    """What ties a child to the child of the case. `values` are the very address, phones or e-mails, each with
    the contact whose it is; () for a viewer who may not read them."""

    tie: Tie
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relative:
    """A child who may be of the family. `case` is the open one, else the last; None where the viewer sees
    none."""

    sibling: Sibling
    bonds: tuple[Bond, ...]
    case: Case | None

    @property
    def registration(self) -> Registration:
        """The child's place at its school."""
        return self.sibling.registration


def family_of(scope: Scope, view: CaseView) -> tuple[Relative, ...]:
    """Everybody who may be of the family of the child of a case, by forename; () where nobody is known.

    Also those who are off the roll and still looked for.
    """
    own = view.case.registration
    siblings = siblings_of(scope, own.id, with_searched=True)
    if not siblings:
        return ()
    ids = {own.id, *(one.registration.id for one in siblings)}
    latest, readable = cases.read_latest(scope, ids), _readable(scope, ids)
    words = dict(_words(scope, own)) if own.id in readable else {}
    return tuple(
        Relative(
            one,
            tuple(_bonds(one, words if one.registration.id in readable else {})),
            latest.get(one.registration.id),
        )
        for one in siblings
    )


def _readable(scope: Scope, registration_ids: Collection[int]) -> frozenset[int]:
    """The children of whom this viewer reads what ties them, and not only that something does.

    A contact may be barred, and its number is for those who read why; a protected home is for fewer.
    """
    hidden = homes_hidden(scope, registration_ids)
    return read_with(scope, Permission.SEE_RISK_NOTES, registration_ids) - hidden


def _bonds(one: Sibling, words: dict[Key, str]) -> Iterator[Bond]:
    for tie in one.ties:
        known = (words[key] for key in sorted(one.shared) if key[0] is tie and key in words)
        yield Bond(tie, tuple(known))


def _words(scope: Scope, own: Registration) -> Iterator[tuple[Key, str]]:
    """Everything that can tie the child of the case to another, as it is written on record."""
    pupil = own.pupil
    home = Household(pupil.house, pupil.street, pupil.postcode)
    lines = address_lines((pupil.house, pupil.street, pupil.postcode))
    yield from ((key, ", ".join(lines)) for key in home.keys)
    for contact in roll.list_contacts(scope, own.id):
        whose = f" ({contact.name})" if contact.name else ""
        for number in contact.phone.split(";"):
            yield from (((Tie.PHONE, key), f"{number.strip()}{whose}") for key in phone_keys(number))
        if contact.email:
            yield (Tie.EMAIL, contact.email.casefold()), f"{contact.email}{whose}"
