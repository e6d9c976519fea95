"""The directory, and the urgent cards that name its entries."""

from collections import Counter

import pytest

from cme.casework.enquiries.enquiry import read_steps
from cme.casework.policy.pack import read_packs
from cme.casework.review import Kind, indicators_of, read_indicators
from cme.casework.safety.cards import CardKind, cards_out, read_cards
from cme.casework.safety.directory import (
    NATIONAL,
    Reached,
    Situation,
    entries_for,
    reached_faults,
    read_directory,
)
from cme.casework.safety.flags import read_flags
from tests.reviews import CALM, NOT_KNOWN, YES, found


class TestDirectory:
    def test_every_entry_is_of_an_area_and_says_when_to_turn_to_it_and_where_it_is_from(self) -> None:
        areas = {NATIONAL, *read_packs()}
        for each in read_directory().values():
            assert each.area in areas
            assert each.name
            assert each.use_when
            assert each.source
        assert {each.situation for each in read_directory().values()} == set(Situation)

    def test_no_name_stands_for_two_entries_of_an_area(self) -> None:
        for area in read_packs():
            assert Counter(each.name for each in entries_for(area)).most_common(1)[0][1] == 1

    @pytest.mark.parametrize("area", sorted(read_packs()))
    def test_an_area_has_its_own_and_the_national_ones_in_order_of_pressure(self, area: str) -> None:
        entries = entries_for(area)
        assert {each.area for each in entries} == {area, NATIONAL}
        order = list(Situation)
        assert [order.index(each.situation) for each in entries] == sorted(
            order.index(each.situation) for each in entries
        )
        assert sum(each.pack == "front_door" for each in entries) == 1

    @pytest.mark.parametrize(
        "entry",
        ["ctail-0800", "ctail-0808", "missing-people", "nspcc-helpline", "darlington-return-interview"],
    )
    def test_where_the_documents_contradict_each_other_it_says_so(self, entry: str) -> None:
        assert read_directory()[entry].conflict

    @pytest.mark.parametrize(
        ("reached", "part"),
        [
            (Reached(phone="ring Jo"), "phone"),
            (Reached(phone="1" * 81), "phone"),
            (Reached(email="jo at council"), "email"),
            (Reached(url="www.council.example"), "url"),
            (Reached(url="javascript:alert(1)"), "url"),
            (Reached(hours="x" * 201), "hours"),
            (Reached(note="x" * 2001), "note"),
        ],
    )
    def test_what_reaches_nobody_is_refused(self, reached: Reached, part: str) -> None:
        assert list(reached_faults(reached)) == [part]

    def test_what_is_left_empty_is_no_fault(self) -> None:
        assert not reached_faults(Reached())
        assert not reached_faults(
            Reached("01325 406222", "team@council.example", "https://council.example", "9 to 5")
        )


class TestCards:
    def test_there_is_one_for_each_thing_that_cannot_wait(self) -> None:
        urgent = {card.id for card in read_cards().values() if card.kind is CardKind.URGENT}
        assert urgent == {
            "danger",
            "abduction",
            "forced_marriage",
            "fgm",
            "honour",
            "conflict",
            "exploitation",
        }

    def test_every_immediate_risk_and_trigger_brings_out_a_card(self) -> None:
        brought = {code for card in read_cards().values() if card.is_urgent for code in card.answers}
        assert {each.code for each in indicators_of(Kind.IMMEDIATE, Kind.TRIGGER)} <= brought

    def test_every_name_on_a_card_is_known(self) -> None:
        for card in read_cards().values():
            assert set(card.answers) <= set(read_indicators())
            assert set(card.flags) <= set(read_flags())
            assert card.step in read_steps()
            assert card.do
            assert card.source
            assert card.do_not or not card.is_urgent

    @pytest.mark.parametrize("area", sorted(read_packs()))
    def test_every_card_names_somebody_in_every_area(self, area: str) -> None:
        known = {name for each in entries_for(area) for name in (each.id, each.pack)}
        everywhere = {name for each in read_directory().values() for name in (each.id, each.pack)}
        for card in read_cards().values():
            assert set(card.ring) & known, card.id
            assert set(card.ring) <= everywhere, card.id

    @pytest.mark.parametrize("card", ["forced_marriage", "fgm", "honour"])
    def test_nobody_is_told_to_ring_the_family(self, card: str) -> None:
        assert any("the family" in line for line in read_cards()[card].do_not)

    def test_a_flag_brings_out_its_card_before_any_review(self) -> None:
        out = cards_out({"looked_after"}, None)
        assert [card.id for card in out] == ["named_worker", "virtual_school"]

    @pytest.mark.parametrize("flag", ["missing_before", "asylum_seeking", "sibling_missing"])
    def test_a_flag_that_names_nobody_brings_out_none(self, flag: str) -> None:
        assert cards_out({flag}, None) == ()

    def test_an_answer_brings_out_its_card_and_not_known_does_not(self) -> None:
        assert [card.id for card in cards_out((), found(forced_marriage=YES))] == ["forced_marriage"]
        assert cards_out((), found(CALM, forced_marriage=NOT_KNOWN)) == ()

    def test_the_urgent_ones_come_first(self) -> None:
        out = cards_out({"social_worker", "ehc_plan"}, found(abduction=YES))
        assert [card.id for card in out] == ["abduction", "named_worker", "sen_officer"]
