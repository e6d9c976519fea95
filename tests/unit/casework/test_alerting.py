"""Who is told of what happens in a case."""

import re

import pytest

from cme.access.roles import Role
from cme.casework.alerting import TELLINGS, UNTOLD, Telling, tellings
from cme.casework.events import EVENT_TYPES, EventKind
from cme.casework.outcomes import Side

EVERYONE = [each for told in TELLINGS.values() for each in told]


def told(kind: EventKind, *, is_referred: bool = False, **data: str) -> set[Role]:
    return {role for each in tellings(kind, data, is_referred=is_referred) for role in each.roles}


def test_of_every_kind_of_event_it_is_decided_who_is_told() -> None:
    assert TELLINGS.keys() | UNTOLD == set(EventKind)
    assert not TELLINGS.keys() & UNTOLD


@pytest.mark.parametrize("each", EVERYONE)
def test_an_alert_is_whole_sentences_and_fits_its_column(each: Telling) -> None:
    assert re.fullmatch(r"[A-Z].*\.", each.what)
    assert len(f"CME-26-0000001: {each.what}") <= 300
    assert each.roles


@pytest.mark.parametrize("each", EVERYONE)
def test_nobody_is_told_who_may_not_see_the_child(each: Telling) -> None:
    assert not each.roles & {Role.LA_ADMIN, Role.INSPECTOR, Role.OPERATOR}
    assert Role.ADMISSIONS not in each.roles or each in TELLINGS[EventKind.REMOVAL_PROPOSED]


@pytest.mark.parametrize("kind", [kind for kind, told in TELLINGS.items() if any(e.said_by for e in told)])
def test_what_one_side_says_is_told_to_the_other(kind: EventKind) -> None:
    assert "side" in EVENT_TYPES[kind].keys
    assert told(kind, side=Side.SCHOOL.value) == {Role.CME_OFFICER}
    assert told(kind, side=Side.AUTHORITY.value) - {Role.HEAD} == {Role.DSL}


def test_the_front_door_hears_of_no_child_who_was_not_referred() -> None:
    before_referral = set(EventKind) - {
        EventKind.REFERRAL_SENT, EventKind.REFERRAL_UPDATED, EventKind.REFERRAL_SUPERSEDED,
        EventKind.REFERRAL_RESTORED, EventKind.REFERRAL_RESENT, EventKind.REFERRAL_REVOKED,
    }  # fmt: skip
    assert not any(Role.FRONT_DOOR in told(kind) for kind in before_referral)
    assert Role.FRONT_DOOR in told(EventKind.CASE_CLOSED, is_referred=True)


def test_a_referral_reaches_the_front_door_and_the_officer_at_once() -> None:
    sent = TELLINGS[EventKind.REFERRAL_SENT]
    assert told(EventKind.REFERRAL_SENT) == {Role.FRONT_DOOR, Role.CME_OFFICER}
    assert all(each.is_urgent for each in sent)
