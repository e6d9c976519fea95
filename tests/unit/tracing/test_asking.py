"""Whom a request goes to, and the messages that end it."""

from dataclasses import replace

import pytest

from cme.tracing import message
from cme.tracing.details import given_away
from cme.tracing.gate import Audience
from cme.tracing.message import Purpose, words_of
from cme.tracing.recipients import asked, asking_faults
from tests.unit.tracing.traces import DETAILS


def test_to_all_are_those_of_england_but_our_own_and_wales_where_it_is_ticked() -> None:
    codes = asked(Audience.ALL, ("999",), "841", wales=False)
    assert len(codes) == 152
    assert "841" not in codes
    assert len(asked(Audience.ALL, (), "841", wales=True)) == 174


def test_chosen_ones_are_asked_once_each_in_order() -> None:
    assert asked(Audience.CHOSEN, ("840", "806", "840"), "841", wales=False) == ("806", "840")


@pytest.mark.parametrize(
    ("audience", "chosen", "says"),
    [
        (Audience.CHOSEN, (), "Choose at least one"),
        (Audience.ONE, ("840", "806"), "goes to one authority"),
        (Audience.CHOSEN, ("841",), "your own authority"),
        (Audience.CHOSEN, ("660",), "in Wales"),
    ],
)
def test_what_is_wrong_with_whom_is_asked(audience: Audience, chosen: tuple[str, ...], says: str) -> None:
    assert says in " ".join(asking_faults(audience, chosen, "841", wales=False))


def test_nothing_is_wrong_with_one_or_with_all() -> None:
    assert asking_faults(Audience.ONE, ("840",), "841", wales=False) == ()
    assert asking_faults(Audience.ALL, (), "841", wales=False) == ()
    assert asking_faults(Audience.CHOSEN, ("660",), "841", wales=True) == ()


def test_a_request_that_ends_says_no_more_than_that() -> None:
    ended = message.ended("841", "TR-2026-0042")
    assert ended.subject == "CME trace - 841 - TR-2026-0042 - ended"
    assert ended.body == "This request has ended - please stop searching. Please delete your copy.\n"


def test_the_words_of_a_message_are_told_from_the_lines_above_them() -> None:
    assert words_of(message.follow_up(DETAILS, "One\n\nTwo").body) == "One\n\nTwo"
    assert words_of(message.answer(DETAILS, "").body) == ""


def test_only_follow_ups_and_answers_are_in_somebodys_own_words() -> None:
    assert {each for each in Purpose if each.is_own_words} == {Purpose.FOLLOW_UP, Purpose.ANSWER}


@pytest.mark.parametrize("text", ["at marigold refuge", "went to 77, Hidden Lane", "QZ9 9zq"])
def test_each_line_of_an_address_gives_it_away(text: str) -> None:
    home = replace(DETAILS, address="Marigold Refuge\n77 Hidden Lane\nNorthmoor", postcode="QZ99ZQ")
    assert given_away(text, home)
    assert not given_away("Asked in Northmoor, 12 calls", home)
