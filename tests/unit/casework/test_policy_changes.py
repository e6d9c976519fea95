"""What an authority may change of its policy, and the limits, one by one."""

import json
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.casework.policy.changes import (
    PolicyUnfit,
    changed,
    differences,
    gaps,
    order_faults,
    overlaid,
    packed,
    start_fault,
    unpacked,
)
from cme.casework.policy.pack import PolicyPack, load_pack, read_packs
from cme.casework.policy.settings import (
    Kind,
    Setting,
    fault_of,
    is_phone,
    read_settings,
    read_value,
    settings_of,
    value_of,
)

DARLINGTON = load_pack("darlington")
ESSEX = load_pack("essex")
LAW = sorted(name for name in DARLINGTON.clocks if DARLINGTON.is_of_law(name))
PACKS = sorted(read_packs().values(), key=lambda pack: pack.id)
TODAY = date(2026, 11, 20)

by_id = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)


def refused(changes: dict[str, Any], pack: PolicyPack = DARLINGTON) -> dict[str, str]:
    """The sentences that refuse changes, by path."""
    with pytest.raises(PolicyUnfit) as unfit:
        changed(pack, changes)
    return {fault.path: fault.sentence for fault in unfit.value.faults}


@pytest.mark.parametrize("name", LAW)
def test_no_clock_of_the_law_can_be_changed(name: str) -> None:
    path = f"clocks.{name}"
    assert "the law sets this clock" in refused({path: 1})[path]


@pytest.mark.parametrize("day", [1, 2, 3, 4, 5])
def test_the_review_can_be_set_to_day_one_to_five(day: int) -> None:
    assert changed(DARLINGTON, {"clocks.dsl_review": day}).days("dsl_review") == day


@pytest.mark.parametrize("day", [0, 6, 10, -1])
def test_the_review_is_never_outside_day_one_to_five(day: int) -> None:
    assert "choose a day from 1 to 5" in refused({"clocks.dsl_review": day})["clocks.dsl_review"]


def test_a_flagged_child_is_never_reviewed_later_than_any_other() -> None:
    found = refused({"clocks.dsl_review_flagged": 4})
    assert found["clocks.dsl_review_flagged"].endswith("choose day 3 or earlier. DSL review is at day 3.")
    assert changed(DARLINGTON, {"clocks.dsl_review_flagged": 3}).review_day(flagged=True) == 3


@pytest.mark.parametrize("day", [11, 15, 20])
def test_a_referral_is_never_later_than_the_attendance_return(day: int) -> None:
    found = refused({"clocks.cme_referral": day})["clocks.cme_referral"]
    assert "choose day 10 or earlier" in found
    assert "by law" in found


def test_an_earlier_referral_takes_what_prepares_it_along() -> None:
    found = refused({"clocks.cme_referral": 7})
    assert set(found) == {"clocks.referral_draft"}
    earlier = {"clocks.cme_referral": 7, "clocks.referral_draft": 6, "clocks.readiness_check": 5}
    assert changed(DARLINGTON, earlier).days("cme_referral") == 7


@pytest.mark.parametrize(
    "earlier",
    ["dsl_review", "police_check_offered", "enquiries_started_by", "home_visit_by", "letter_1_by"],
)
def test_what_the_school_does_first_is_due_before_the_referral(earlier: str) -> None:
    soon = {"clocks.cme_referral": 4, "clocks.referral_draft": 4, "clocks.readiness_check": 4}
    quick = dict.fromkeys(
        (f"clocks.{name}" for name in ("home_visit_by", "letter_1_by", "enquiries_started_by")), 4
    )
    late = {**soon, **quick, f"clocks.{earlier}": 5}
    assert f"clocks.{earlier}" in refused(late)


@pytest.mark.parametrize("value", [0, -1, 2.5, "3", True, None, 4000])
def test_a_number_is_whole_positive_and_not_absurd(value: object) -> None:
    assert "clocks.acknowledge" in refused({"clocks.acknowledge": value})


def test_only_what_is_shipped_as_at_once_may_be_at_once() -> None:
    allowed = [each.key for each in read_settings().values() if each.kind is Kind.CLOCK and each.low == 0]
    assert allowed == ["off_roll_letter", "lost_ctf", "missing_very_high"]


@pytest.mark.parametrize("at", [time(7, 59), time(16, 1), "10:00", 10, None])
def test_first_contact_is_due_on_the_day_itself(at: object) -> None:
    assert "clocks.first_contact_amber" in refused({"clocks.first_contact_amber": at})


def test_red_comes_after_amber() -> None:
    assert "clocks.first_contact_red" in refused({"clocks.first_contact_red": time(10)})
    later = changed(DARLINGTON, {"clocks.first_contact_amber": time(9, 30)})
    assert later.clocks["first_contact_amber"].at == time(9, 30)
    assert later.clocks["first_contact_amber"].value == 0


def test_searches_again_come_in_their_order() -> None:
    assert "clocks.recheck_first" in refused({"clocks.recheck_first": 9})


def test_a_set_clock_says_that_the_authority_set_it() -> None:
    pack = changed(DARLINGTON, {"clocks.acknowledge": 1, "labels.return_talk": "Welcome talk"})
    assert pack.clocks["acknowledge"].basis == "authority"
    assert pack.origins["labels.return_talk"] == "authority"
    assert (pack.clocks["acknowledge"].unit, pack.clocks["acknowledge"].start) == (
        DARLINGTON.clocks["acknowledge"].unit,
        "referral_received",
    )
    assert pack.clocks["dsl_review"] == DARLINGTON.clocks["dsl_review"]


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        ("front_door.phone", "01325 406222", "ring us"),
        ("front_door.phone", "+44 (0)1325 406222", "01325 406222, 01325 406223"),
        ("front_door.email", "cap@darlington.example", "cap@darlington"),
        ("police.non_emergency", "101", "1"),
        ("contacts.cme_officer_email", "cme@darlington.example", "cme@darlington.example; b@c.example"),
        ("contacts.head_of_service", "Jo Reed, 01325 406222", "Jo Reed"),
        ("contacts.director", "Sam Hale (sam.hale@darlington.example)", "12"),
        ("labels.investigator", "Tracing officer", ""),
        ("front_door.name", "First Contact", ""),
        ("front_door.advice_label", "Ask", "x" * 201),
        ("front_door.address", "1 High Street", "1 High Street\nTown"),
        ("front_door.address", "", None),
        ("rules.head_approves_referral", True, 1),
        ("rules.n_young_child_age_under", 8, 19),
        ("missing.repeat_count", 2, 1),
        ("missing.site_records_count", True, "yes"),
        ("readiness.demands", ("E19", "E22"), ("E01",)),
        ("readiness.demands", (), "E22"),
        ("recipients.roll_removal", ("admissions", "cme_officer"), ("everybody",)),
        ("recipients.attendance_return", (), "cme_officer"),
        ("recipients.cme_referral", ("front_door",), ()),
        ("panel.decision_required_on_referral", False, "no"),
        ("trace.system", "School to School", ""),
    ],
)
def test_each_value_has_the_shape_it_needs(path: str, good: object, bad: object) -> None:
    assert value_of(changed(DARLINGTON, {path: good}), read_settings()[path]) == good
    assert set(refused({path: bad})) == {path}


@pytest.mark.parametrize("path", ["rules.dsl_review_day_max", "rules.low_risk_selectable_for_missing_child"])
def test_the_limits_themselves_cannot_be_changed(path: str) -> None:
    assert "no authority can change this" in refused({path: 9})[path]


@pytest.mark.parametrize("path", ["clocks.lunch", "law.return_codes", "id", "contacts.safe_call_phone", ""])
def test_what_the_pack_does_not_have_cannot_be_set(path: str) -> None:
    assert "no setting" in refused({path: 1})[path]


def test_every_fault_is_told_at_once() -> None:
    assert set(refused({"clocks.dsl_review": 9, "front_door.phone": "?"})) == {
        "clocks.dsl_review",
        "front_door.phone",
    }


def test_missing_now_is_switched_on_once_there_is_somebody_to_tell() -> None:
    path = "missing.missing_now_enabled"
    assert "is not named" in refused({path: True}, ESSEX)[path]
    senior = ("head_of_service", "assistant_director", "director")
    named = {f"contacts.{who}": "0345 603 7627" for who in senior}
    assert changed(ESSEX, {path: True, **named}).missing.missing_now_enabled


def test_a_set_up_fault_is_what_nobody_has_filled_in_yet() -> None:
    found = {each.path for each in gaps(DARLINGTON)}
    assert found >= {"front_door.phone", "contacts.cme_officer_email", "contacts.head_of_service"}
    assert "contacts.head_of_service" not in {each.path for each in gaps(ESSEX)}
    filled = changed(DARLINGTON, {"contacts.cme_officer_email": "cme@darlington.example"})
    assert {each.path for each in gaps(filled)} == found - {"contacts.cme_officer_email"}


@by_id
def test_every_pack_that_ships_is_within_its_own_limits(pack: PolicyPack) -> None:
    assert not list(order_faults(pack))
    for each in settings_of(pack):
        if each.kind is not Kind.FIXED:
            assert fault_of(each, value_of(pack, each)) is None, each.path


@by_id
def test_everything_that_a_pack_says_is_on_the_list_of_settings(pack: PolicyPack) -> None:
    """But for what has a meaning of its own: nobody chooses them one by one."""
    listed = {each.path for each in settings_of(pack)}
    said = {f"clocks.{name}" for name in pack.clocks} | set(pack.origins)
    alone = {"police.emergency", "missing.escalations", "readiness.named_first", "trace.start"}
    assert said - listed <= alone


def test_every_setting_belongs_to_a_pack() -> None:
    assert set(read_settings()) == {each.path for pack in PACKS for each in settings_of(pack)}


def settable(pack: PolicyPack) -> tuple[Setting, ...]:
    return tuple(each for each in settings_of(pack) if each.kind is not Kind.FIXED)


@by_id
def test_setting_everything_to_what_it_is_changes_nothing(pack: PolicyPack) -> None:
    wanted = {each.path: value_of(pack, each) for each in settable(pack)}
    assert differences(pack, wanted) == {}


@given(data=st.data())
def test_changes_survive_being_stored(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(settable(DARLINGTON)), unique=True))
    changes = {each.path: value_of(ESSEX if each.table == "labels" else DARLINGTON, each) for each in chosen}
    assert unpacked(json.loads(json.dumps(packed(changes)))) == changes


def test_what_a_newer_catalogue_no_longer_has_or_gives_to_the_law_stands_aside() -> None:
    pack = overlaid(DARLINGTON, {"clocks.removal_ground_i": 2, "contacts.safe_call_phone": "101"})
    assert pack == DARLINGTON
    assert unpacked({"clocks.gone": 3, "clocks.dsl_review": 2}) == {"clocks.dsl_review": 2}


@pytest.mark.parametrize(
    ("valid_from", "last_from", "said"),
    [
        (date(2026, 11, 19), None, "never reaches back"),
        (date(2026, 11, 30), date(2026, 12, 1), "starts on 1 December 2026"),
        (TODAY, None, ""),
        (date(2026, 12, 1), date(2026, 12, 1), ""),
    ],
)
def test_a_version_starts_today_or_later_and_in_order(
    valid_from: date, last_from: date | None, said: str
) -> None:
    fault = start_fault(valid_from, TODAY, last_from)
    assert (said in fault.sentence) if fault else not said
    assert bool(fault) is bool(said)


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("clocks.dsl_review", " 2 ", 2),
        ("clocks.first_contact_amber", "9.45", time(9, 45)),
        ("rules.head_approves_referral", "yes", True),
        ("readiness.demands", "E19 E22", ("E19", "E22")),
        ("front_door.name", " First   Contact ", "First Contact"),
    ],
)
def test_what_is_typed_becomes_a_value(path: str, typed: str, value: object) -> None:
    assert read_value(read_settings()[path], typed) == value


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("clocks.dsl_review", "three", "enter a whole number"),
        ("clocks.dsl_review", "2.5", "enter a whole number"),
        ("clocks.dsl_review", "", "enter a whole number"),
        ("clocks.dsl_review", "٣", "enter a whole number"),
        ("clocks.first_contact_amber", "25:00", "enter a time like 10:00"),
        ("rules.head_approves_referral", "", "choose yes or no"),
    ],
)
def test_what_cannot_be_read_is_refused_with_an_example(path: str, typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_value(read_settings()[path], typed)


@pytest.mark.parametrize("text", ["999", "101", "020 8871 6622", "(01325) 406222", "+44 1325 406-222"])
def test_phone_numbers_are_known(text: str) -> None:
    assert is_phone(text)


@pytest.mark.parametrize("text", ["", "12", "phone", "01325 406222 x5", "1" * 17, "٣٣٣"])
def test_other_texts_are_no_phone_numbers(text: str) -> None:
    assert not is_phone(text)
