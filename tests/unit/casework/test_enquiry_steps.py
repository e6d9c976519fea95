"""The catalogue of enquiries: whole, consistent, and read as it is written."""

import pytest

from cme.access.roles import POLICY, Role
from cme.casework.enquiries.steps import (
    CatalogueUnreadable,
    Due,
    DueRule,
    Kind,
    Requirement,
    parse_due,
    read_steps,
)
from cme.casework.policy.pack import load_pack

STEPS = read_steps()


def test_it_has_every_step_once() -> None:
    assert sorted(STEPS) == [f"E{number:02d}" for number in range(1, 52)]


def test_every_step_says_what_it_is_what_counts_and_where_it_comes_from() -> None:
    for step in STEPS.values():
        assert step.name
        assert step.short
        assert step.evidence
        assert step.source
        assert len(step.short) <= 40


def test_short_names_tell_the_steps_apart() -> None:
    assert len({step.short for step in STEPS.values()}) == len(STEPS)


def test_every_clock_is_one_that_each_pack_has() -> None:
    for pack in ("darlington", "essex", "wandsworth"):
        clocks = load_pack(pack).clocks
        assert {step.clock for step in STEPS.values()} - {""} <= set(clocks)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("D5", Due(DueRule.DAY, (5,))),
        ("at_once", Due(DueRule.AT_ONCE)),
        ("same_day", Due(DueRule.SAME_DAY)),
        ("R+10wd", Due(DueRule.AFTER_REFERRAL, (10,))),
        ("X+4w|X+8w|X+12w|termly", Due(DueRule.AFTER_REMOVAL, (4, 8, 12))),
        ("leave_end+1sd", Due(DueRule.AFTER_LEAVE, (1,))),
        ("before_referral", Due(DueRule.BEFORE_REFERRAL)),
        ("with_referral", Due(DueRule.WITH_REFERRAL)),
        ("before_outcome", Due(DueRule.BEFORE_OUTCOME)),
        ("weekly", Due(DueRule.WEEKLY)),
    ],
)
def test_a_due_day_is_read(text: str, due: Due) -> None:
    assert parse_due(text) == due


@pytest.mark.parametrize("text", ["", "D", "day 5", "R+2sd", "X+4w", "termly", "5", "after_removal"])
def test_a_due_day_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(CatalogueUnreadable, match="no due day"):
        parse_due(text)


def test_the_meter_asks_for_the_mandatory_steps_of_the_school() -> None:
    metered = {code for code, step in STEPS.items() if step.is_metered}
    of_school = {f"E{n:02d}" for n in (1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 21)}
    assert metered == of_school | {"E33", "E50", "E51"}


def test_what_is_signed_elsewhere_is_not_logged() -> None:
    for code, step in STEPS.items():
        assert step.is_logged is (step.kind not in (Kind.REVIEW, Kind.STATEMENT)), code


@pytest.mark.parametrize("role", Role)
def test_the_office_logs_and_only_the_dsl_logs_the_steps_of_the_dsl(role: Role) -> None:
    held = POLICY[role].permissions
    office, dsl = STEPS["E18"].may_be_logged_by(held), STEPS["E14"].may_be_logged_by(held)
    assert office is (role in (Role.SCHOOL_USER, Role.DSL))
    assert dsl is (role is Role.DSL)


@pytest.mark.parametrize("role", Role)
def test_the_authority_logs_its_own_steps_and_the_front_door_only_the_social_care_check(role: Role) -> None:
    held = POLICY[role].permissions
    for code in (code for code, step in STEPS.items() if step.is_of_authority):
        makes_it = role is Role.CME_OFFICER or (role is Role.FRONT_DOOR and code == "E35")
        assert STEPS[code].may_be_logged_by(held) is makes_it, code


@pytest.mark.parametrize("role", Role)
def test_either_side_logs_a_step_of_both(role: Role) -> None:
    held = POLICY[role].permissions
    for code in ("E33", "E49"):
        makes_it = role in (Role.SCHOOL_USER, Role.DSL, Role.CME_OFFICER)
        assert STEPS[code].may_be_logged_by(held) is makes_it, code


def test_what_tells_of_risk_is_for_the_dsl_and_the_front_door_alone() -> None:
    restricted = {step.code: step for step in STEPS.values() if step.is_restricted}
    of_flags = {"E14", "E15", "E16", "E17"}
    assert set(restricted) == of_flags | {"E06", "E25", "E26", "E27", "E28", "E29", "E30", "E35"}
    assert restricted.pop("E35").owners == {Role.FRONT_DOOR}
    assert all(step.is_for_dsl for step in restricted.values())
    of_dsl = [step for code, step in restricted.items() if code not in of_flags]
    assert all(step.requirement is Requirement.IF_INDICATED for step in of_dsl)
