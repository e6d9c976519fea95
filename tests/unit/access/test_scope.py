"""Scopes over two schools and two authorities, with mixed roles."""

import pytest

from cme.access.roles import Permission, Role
from cme.access.routes import PUBLIC, ROUTES, SIGNED_IN, rule_for
from cme.access.scope import Grant, Reach, Scope

P = Permission
NORTH, SOUTH = 1, 2
OAK, ELM, ASH = 10, 11, 20  # Oak and Elm in the north, Ash in the south


def scope(*grants: Grant) -> Scope:
    return Scope(5, "T. Person", frozenset(grants))


OFFICE = scope(Grant(Role.SCHOOL_USER, NORTH, OAK))
OFFICER = scope(Grant(Role.CME_OFFICER, NORTH))
MIXED = scope(Grant(Role.DSL, NORTH, OAK), Grant(Role.SCHOOL_USER, SOUTH, ASH), Grant(Role.FRONT_DOOR, SOUTH))


@pytest.mark.parametrize(
    ("who", "permission", "authority_id", "school_id", "may"),
    [
        (OFFICE, P.SEE_PUPIL, None, None, True),
        (OFFICE, P.SEE_PUPIL, NORTH, OAK, True),
        (OFFICE, P.SEE_PUPIL, None, OAK, True),
        (OFFICE, P.SEE_PUPIL, NORTH, ELM, False),
        (OFFICE, P.SEE_PUPIL, NORTH, None, False),
        (OFFICE, P.SEE_PUPIL, SOUTH, OAK, False),
        (OFFICE, P.SIGN_REVIEW, NORTH, OAK, False),
        (OFFICER, P.SEE_CASE, NORTH, ELM, True),
        (OFFICER, P.SEE_CASE, NORTH, None, True),
        (OFFICER, P.SEE_CASE, SOUTH, ASH, False),
        (OFFICER, P.SEE_CASE, None, ELM, False),
        (MIXED, P.SEND_REFERRAL, NORTH, OAK, True),
        (MIXED, P.SEND_REFERRAL, SOUTH, ASH, False),
        (MIXED, P.UPLOAD_REGISTER, SOUTH, ASH, True),
        (MIXED, P.SEE_QUEUE, SOUTH, None, True),
        (MIXED, P.SEE_QUEUE, NORTH, None, False),
        (Scope.nobody(), P.SEE_OWN_ACCOUNT, None, None, False),
    ],
)
def test_may_asks_for_a_grant_that_holds_the_permission_and_covers_the_place(
    who: Scope, permission: Permission, authority_id: int | None, school_id: int | None, may: bool
) -> None:
    assert who.may(permission, authority_id=authority_id, school_id=school_id) is may


def test_permissions_of_one_school_do_not_leak_to_another() -> None:
    assert P.SIGN_REVIEW in MIXED.permissions_at(authority_id=NORTH, school_id=OAK)
    assert P.SIGN_REVIEW not in MIXED.permissions_at(authority_id=SOUTH, school_id=ASH)
    assert MIXED.permissions_at(authority_id=NORTH, school_id=ELM) == frozenset()


@pytest.mark.parametrize(
    ("who", "permission", "reach"),
    [
        (OFFICE, P.SEE_PUPIL, Reach(schools=frozenset({OAK}))),
        (OFFICER, P.SEE_PUPIL, Reach(authorities=frozenset({NORTH}), homes_in=frozenset({NORTH}))),
        (OFFICER, P.TRIAGE_REFERRAL, Reach(authorities=frozenset({NORTH}))),
        (OFFICER, P.UPLOAD_REGISTER, Reach()),
        (MIXED, P.SEE_CASE, Reach(schools=frozenset({OAK, ASH}), referred_in=frozenset({SOUTH}))),
        (MIXED, P.SEE_RISK_NOTES, Reach(schools=frozenset({OAK}), referred_in=frozenset({SOUTH}))),
        (scope(Grant(Role.ADMISSIONS, NORTH)), P.SEE_REMOVALS, Reach(removals_in=frozenset({NORTH}))),
        (scope(Grant(Role.LA_ADMIN, SOUTH)), P.MANAGE_USERS, Reach(authorities=frozenset({SOUTH}))),
        (scope(Grant(Role.LA_ADMIN, SOUTH)), P.SEE_SCHOOL, Reach(authorities=frozenset({SOUTH}))),
        (scope(Grant(Role.LA_ADMIN, SOUTH)), P.SEE_PUPIL, Reach()),
        (Scope.nobody(), P.SEE_PUPIL, Reach()),
    ],
)
def test_reach_is_where_the_permission_applies_and_for_which_children(
    who: Scope, permission: Permission, reach: Reach
) -> None:
    assert who.reach(permission) == reach
    assert bool(who.reach(permission)) == (reach != Reach())


def test_the_front_door_reaches_no_whole_authority_for_a_child() -> None:
    front_door = scope(Grant(Role.FRONT_DOOR, NORTH))
    for permission in (P.SEE_PUPIL, P.SEE_CASE, P.SEE_RISK_NOTES, P.SEE_QUEUE):
        assert front_door.reach(permission).authorities == frozenset()


def test_the_operator_covers_every_authority_given() -> None:
    operator = Scope.for_operator([NORTH, SOUTH])
    assert operator.reach(P.UPLOAD_REGISTER).authorities == {NORTH, SOUTH}
    assert operator.user_id is None
    assert not operator.may(P.SIGN_REVIEW)


@pytest.mark.parametrize(
    ("role", "school_id", "says"),
    [(Role.DSL, None, "Name the school"), (Role.CME_OFFICER, OAK, "Leave the school out")],
)
def test_a_role_is_granted_only_where_it_belongs(role: Role, school_id: int | None, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Grant(role, NORTH, school_id)


def test_roles_are_named_in_the_order_of_the_table() -> None:
    assert MIXED.role_label == "School office, Designated safeguarding lead, Front door"
    assert MIXED.roles == {Role.SCHOOL_USER, Role.DSL, Role.FRONT_DOOR}
    assert Scope.nobody().role_label == ""


def test_an_unlisted_endpoint_is_refused_to_everybody() -> None:
    assert rule_for("no.such.endpoint") is None
    assert rule_for(None) is None
    for endpoint, rule in ROUTES.items():
        assert rule_for(endpoint) is rule
        assert rule in (PUBLIC, SIGNED_IN) or isinstance(rule, Permission)
