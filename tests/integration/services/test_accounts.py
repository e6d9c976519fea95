"""People and their accounts: roles that end, passwords that change, and accounts that are closed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from cme.access.roles import Permission, Role
from cme.access.scope import Scope
from cme.errors import Unusable
from cme.services import accounts
from cme.services.accounts import Browser, SignInRefused
from cme.services.passwords import Passwords
from cme.services.schools import add_school
from cme.store.accounts import find_session, find_user_by_email, scope_of
from cme.store.database import db
from cme.store.schools import read_authority_ids
from cme.store.tables import AuditEntry, Membership, User, UserSession
from tests.people import PASSWORD

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = AT.date()
EMAIL = "robin@northmoor.example"
NEW, OTHER = "umbrella seventeen quiet harbour", "nineteen kettles under a bridge"
KEY = b"a key of the tests"
BROWSER = Browser("192.0.2.7")
CHEAP = Passwords(min_length=15, time_cost=1, memory_kib=8)


@dataclass(frozen=True)
class Town:
    """An authority with one school, and the operator who adds its people."""

    school_id: int
    authority_id: int
    operator: Scope

    def add(self, role: Role, *, until: date | None = None, at: datetime = AT) -> accounts.AddedUser:
        """Give Robin Marsh a role."""
        return accounts.add_user(
            self.operator,
            email=EMAIL,
            name="Robin Marsh",
            role=role,
            authority_id=self.authority_id,
            school_id=self.school_id if role is Role.DSL else None,
            expires_on=until,
            password=PASSWORD,
            passwords=CHEAP,
            at=at,
        )


@pytest.fixture
def town(app: Flask) -> Town:  # noqa: ARG001
    """Darlington with one school."""
    operator = Scope.for_operator(read_authority_ids())
    school_id = add_school(operator, laestab="8412001", urn="900001", name="Alder Grove School", at=AT)
    (authority_id,) = read_authority_ids()
    return Town(school_id, authority_id, Scope.for_operator([authority_id]))


def robin() -> User:
    """The account as it stands."""
    db.session.rollback()
    user = find_user_by_email(EMAIL)
    assert user is not None
    return user


def scope_on(day: date) -> Scope:
    """What Robin Marsh may do on a day."""
    return scope_of(robin(), day)


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def sign_in(password: str) -> str:
    return accounts.sign_in(EMAIL, password, passwords=CHEAP, throttle_key=KEY, browser=BROWSER, at=AT)


def change(current: str, new: str, passwords: Passwords = CHEAP) -> str:
    return accounts.change_password(
        scope_on(TODAY), current, new, passwords=passwords, throttle_key=KEY, browser=BROWSER, at=AT
    )


def opens(password: str) -> bool:
    """Whether a password opens the account."""
    try:
        sign_in(password)
    except SignInRefused:
        return False
    return True


@dataclass(frozen=True)
class Meanwhile(Passwords):
    """Passwords that are checked so slowly that something else is done in between."""

    happens: Callable[[], None] = field(kw_only=True)

    def matches(self, password: str, kept: str | None) -> bool:
        """The check, and then what happens before its result is used."""
        matched = super().matches(password, kept)
        self.happens()
        return matched


def slowly(happens: Callable[[], None]) -> Meanwhile:
    return Meanwhile(CHEAP.min_length, CHEAP.time_cost, CHEAP.memory_kib, happens=happens)


# Roles


def test_an_inspector_must_have_a_last_day(town: Town) -> None:
    with pytest.raises(
        Unusable, match=r"^An inspector's role ends by itself: give its last day with --until\.$"
    ):
        town.add(Role.INSPECTOR)
    assert find_user_by_email(EMAIL) is None
    town.add(Role.INSPECTOR, until=TODAY)
    assert scope_on(TODAY).roles == {Role.INSPECTOR}
    assert scope_on(TODAY + timedelta(days=1)).roles == set()


def test_a_role_that_has_expired_is_given_again(town: Town) -> None:
    town.add(Role.INSPECTOR, until=TODAY)
    later = AT + timedelta(days=30)
    assert not town.add(Role.INSPECTOR, until=later.date(), at=later).is_new
    assert scope_on(later.date()).roles == {Role.INSPECTOR}
    db.session.rollback()
    assert len(db.session.scalars(select(Membership)).all()) == 1
    granted = db.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "user.added")).all()
    assert [detail["until"] for detail in granted] == ["2026-11-20", "2026-12-20"]


def test_a_role_that_ends_today_is_still_held(town: Town) -> None:
    town.add(Role.INSPECTOR, until=TODAY)
    with pytest.raises(Unusable, match=r"^That person already has the role Inspector there\.$"):
        town.add(Role.INSPECTOR, until=TODAY + timedelta(days=30))


def test_a_role_without_a_last_day_is_held_for_ever(town: Town) -> None:
    town.add(Role.DSL)
    with pytest.raises(Unusable, match="already has the role"):
        town.add(Role.DSL, at=AT + timedelta(days=4000))


# Passwords


def test_a_wrong_current_password_changes_nothing_and_is_audited(town: Town) -> None:
    town.add(Role.DSL)
    with pytest.raises(SignInRefused):
        change("not the password at all", NEW)
    assert actions()[-1] == "password.refused"
    assert opens(PASSWORD)


def test_a_password_that_was_reset_meanwhile_is_not_overwritten(town: Town) -> None:
    town.add(Role.DSL)

    def reset() -> None:
        accounts.reset_passwords(town.operator, [EMAIL], OTHER, passwords=CHEAP, at=AT)

    with pytest.raises(SignInRefused):
        change(PASSWORD, NEW, slowly(reset))
    assert actions()[-2:] == ["password.reset", "password.refused"]
    assert [opens(PASSWORD), opens(NEW), opens(OTHER)] == [False, False, True]


def test_an_account_that_was_disabled_meanwhile_gets_no_session(town: Town) -> None:
    town.add(Role.DSL)
    with pytest.raises(SignInRefused):
        change(PASSWORD, NEW, slowly(lambda: accounts.disable_user(town.operator, EMAIL, at=AT)))
    assert actions()[-2:] == ["user.disabled", "password.refused"]
    assert db.session.scalars(select(UserSession)).all() == []


# The operator


def test_a_disabled_account_is_signed_out_and_stays_out(town: Town) -> None:
    town.add(Role.DSL)
    token = sign_in(PASSWORD)
    accounts.disable_user(town.operator, f" {EMAIL.upper()} ", at=AT)
    assert _is_ended(token)
    assert not opens(PASSWORD)
    assert scope_on(TODAY).roles == set()
    with pytest.raises(Unusable, match=r"^That account is disabled already\.$"):
        accounts.disable_user(town.operator, EMAIL, at=AT)


def test_a_reset_password_ends_every_session(town: Town) -> None:
    town.add(Role.DSL)
    token = sign_in(PASSWORD)
    accounts.reset_passwords(town.operator, [EMAIL], NEW, passwords=CHEAP, at=AT)
    assert _is_ended(token)
    assert [opens(PASSWORD), opens(NEW)] == [False, True]


def test_one_unknown_address_leaves_every_password_as_it_was(town: Town) -> None:
    town.add(Role.DSL)
    with pytest.raises(Unusable, match=r"^No account has that e-mail address\. Check how it is written\.$"):
        accounts.reset_passwords(
            town.operator, [EMAIL, "nobody@northmoor.example"], NEW, passwords=CHEAP, at=AT
        )
    assert opens(PASSWORD)


def test_only_the_operator_resets_and_disables(town: Town) -> None:
    town.add(Role.LA_ADMIN)
    admin = scope_on(TODAY)
    assert admin.may(Permission.MANAGE_USERS, authority_id=town.authority_id)
    with pytest.raises(Unusable, match=r"^Only the operator of the server may set"):
        accounts.reset_passwords(admin, [EMAIL], NEW, passwords=CHEAP, at=AT)
    with pytest.raises(Unusable, match=r"^Only the operator of the server may disable"):
        accounts.disable_user(admin, EMAIL, at=AT)
    assert opens(PASSWORD)


def _is_ended(token: str) -> bool:
    db.session.rollback()
    session = find_session(accounts.hash_token(token))
    assert session is not None
    return session.revoked_at is not None
