"""Homes and contacts of children, in the shape in which families are looked for."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, ColumnExpressionArgument, and_, func, or_, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.identity.households import Household, phone_keys
from cme.store.database import db
from cme.store.scoping import registrations_within
from cme.store.tables import Case, Contact, Pupil, Registration

_LAST_DIGITS = 9
"""In how many digits +44 7700 900123 and 07700 900123 end alike; the exact comparison comes after."""


def read_of_school(scope: Scope, school_id: int) -> dict[int, Household]:
    """The household of everybody on a school's roll, by registration."""
    return _read(scope, Registration.school_id == school_id, Registration.on_roll)


def read_one(scope: Scope, registration_id: int) -> Household | None:
    """The household of one registration, on roll or not; None outside the scope."""
    return _read(scope, Registration.id == registration_id).get(registration_id)


def read_absent(scope: Scope, with_them: Collection[int]) -> dict[int, Household]:
    """The household of everybody within the scope who is counted absent now, or is off the roll and whose
    case is open, and of these registrations, on roll or not."""
    return _read(
        scope,
        or_(
            Registration.id.in_(sorted(set(with_them))),
            and_(Registration.on_roll, Registration.return_run > 0),
            and_(~Registration.on_roll, _is_searched_for()),
        ),
    )


def read_near(
    scope: Scope, near: Collection[Household], *, with_searched: bool = False
) -> dict[int, Household]:
    """Everybody on roll, at whichever school the scope reaches, who may share something with a household.

    `with_searched`: also who is off the roll, and whose case is open.
    """
    digits = func.replace(Contact.phone, " ", "")
    for sign in "-()":
        digits = func.replace(digits, sign, "")
    phones = {phone for household in near for phone in household.phones}
    numbers = {key[-_LAST_DIGITS:] for phone in phones for key in phone_keys(phone)}
    emails = sorted({each.lower() for household in near for each in household.emails})
    ways = [func.lower(Contact.email).in_(emails), *(digits.contains(number) for number in sorted(numbers))]
    called = select(Contact.pupil_id).where(Contact.ended_at.is_(None), or_(*ways))
    shares: list[ColumnElement[bool]] = [Registration.pupil_id.in_(called)]
    postcodes = sorted({household.postcode for household in near if household.postcode})
    if postcodes:
        shares.append(Pupil.postcode.in_(postcodes))
    there = or_(Registration.on_roll, _is_searched_for()) if with_searched else Registration.on_roll
    return _read(scope, or_(*shares), there)


def _is_searched_for() -> ColumnElement[bool]:
    return Registration.id.in_(select(Case.registration_id).where(Case.closed_at.is_(None)))


def _read(scope: Scope, *conditions: ColumnExpressionArgument[bool]) -> dict[int, Household]:
    chosen = (
        select(Registration.id, Registration.pupil_id, Pupil.house, Pupil.street, Pupil.postcode)
        .join(Registration.pupil)
        .where(*conditions, registrations_within(scope, Permission.SEE_PUPIL))
    )
    contacts: dict[int, list[tuple[str, str]]] = {}
    of_chosen = Contact.pupil_id.in_(chosen.with_only_columns(Registration.pupil_id))
    for pupil_id, phone, email in db.session.execute(
        select(Contact.pupil_id, Contact.phone, Contact.email).where(Contact.ended_at.is_(None), of_chosen)
    ):
        contacts.setdefault(pupil_id, []).append((phone, email))
    return {
        key: Household(
            house,
            street,
            postcode,
            tuple(phone for phone, _ in contacts.get(pupil_id, ())),
            tuple(email for _, email in contacts.get(pupil_id, ())),
        )
        for key, pupil_id, house, street, postcode in db.session.execute(chosen)
    }
