"""What an upload did, in words."""

import pytest

from cme.casework.events import EventKind
from cme.casework.transitions import FOLLOWED, TRANSITIONS
from cme.web.presenters import impact
from cme.web.presenters.impact import Move, Runs


def move(before: tuple[int | None, ...], after: tuple[int | None, ...], *events: EventKind) -> Move:
    return Move(Runs(*before), Runs(*after), tuple(event.value for event in events))


REACHES_TEN = move((8, 8, 8), (11, 11, 11), EventKind.REFERRAL_DRAFTED)
REACHES_TWENTY = move((18, 18, 18), (20, 20, 20), EventKind.ELIGIBILITY_REACHED)
RETURNS = move((6, 6, 6), (0, 0, 0))
LOSES_TEN = move((12, 12, 12), (4, 4, 4), EventKind.REFERRAL_SUPERSEDED)
RETURNS_AFTER_TEN = move((12, 12, 12), (0, 0, 0), EventKind.CLOSING_PROPOSED)
BEGINS = move((0, 0, 0), (2, 2, 2))


def test_the_gravest_is_said_first() -> None:
    said = impact.in_words([RETURNS, REACHES_TEN, REACHES_TWENTY, REACHES_TEN], is_done=True)
    assert said == [
        "1 pupil reached day 20 of the removal run.",
        "2 pupils reached day 10 of the return run.",
        "1 pupil stopped being absent without authority.",
        "2 referrals are ready to send.",
        "1 case became eligible for decision.",
    ]


def test_before_approval_it_is_what_would_be() -> None:
    assert impact.in_words([BEGINS, RETURNS], is_done=False) == [
        "1 pupil would become absent without authority.",
        "1 pupil would stop being absent without authority.",
    ]


def test_a_tenth_day_that_is_lost_is_said_before_all_else() -> None:
    said = impact.in_words(
        [REACHES_TWENTY, RETURNS_AFTER_TEN, REACHES_TEN, LOSES_TEN, RETURNS], is_done=False
    )
    assert said[:2] == [
        "1 pupil would go back below day 10 of the return run.",
        "1 pupil would stop being absent without authority after 10 days or more.",
    ]
    assert "1 pupil would stop being absent without authority." in said
    listed = impact.heaviest([(REACHES_TEN, "case"), (LOSES_TEN, "loses"), (RETURNS_AFTER_TEN, "ends")])
    assert [who for _, who in listed] == ["loses", "ends", "case"]


def test_what_becomes_of_cases_is_said_before_as_after() -> None:
    moves = [REACHES_TEN, LOSES_TEN, RETURNS_AFTER_TEN, move((1, 1, 1), (3, 3, 3), EventKind.CASE_OPENED)]
    assert impact.in_words([*moves, moves[-1]], is_done=False)[-4:] == [
        "2 cases would be opened.",
        "1 referral would be ready to send.",
        "1 case could be closed.",
        "1 referral would be superseded.",
    ]
    assert impact.in_words([*moves, moves[-1]], is_done=True)[-4:] == [
        "2 cases were opened.",
        "1 referral is ready to send.",
        "1 case can be closed.",
        "1 referral was superseded.",
    ]


def test_every_event_that_a_count_can_cause_has_its_words() -> None:
    caused = {row.event for row in TRANSITIONS.values() if row.action in FOLLOWED}
    for kind in caused:
        for is_done in (True, False):
            assert len(impact.in_words([move((3, 3, 3), (4, 4, 4), kind)], is_done=is_done)) == 1


@pytest.mark.parametrize(("event", "words"), [(EventKind.CASE_OPENED, "A new case"), (None, "None")])
def test_a_case_that_is_yet_to_be_opened_is_a_new_one(event: EventKind | None, words: str) -> None:
    shown = impact.row(move((0, 0, 0), (3, 3, 3), *([event] if event else [])), "Birch, Ada", "8B")
    assert shown["no_case"] == words


def test_nothing_is_said_of_an_absence_that_only_goes_on() -> None:
    assert impact.in_words([move((3, 3, 3), (4, 4, 4))], is_done=True) == []


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (REACHES_TEN, "Day 10 of the return run. Referral drafted, to be checked and sent."),
        (move((0, 0, 0), (21, 21, 21)), "Day 20 of the removal run. Day 10 of the return run."),
        (BEGINS, "New absence."),
        (RETURNS, "Absence ended."),
        (move((12, 12, 12), (4, 4, 4)), "Back below day 10."),
        (RETURNS_AFTER_TEN, "Absence of 10 days or more ended. Closing proposed."),
        (move((3, 3, 3), (4, 4, 4)), "Absence goes on."),
        (move((3, 3, 3), (3, 3, 3), EventKind.REFERRAL_DRAFTED), "Referral drafted, to be checked and sent."),
        (move((0, 0, 0), (0, 0, 2)), "Not seen at school."),
        (move((0, 0, 2), (0, 0, 0)), "Seen at school."),
        (move((5, 5, 5), (5, 3, 5)), "Counted again from corrected marks."),
        (move((None, None, None), (2, 2, 2)), "New absence."),
    ],
)
def test_one_child_in_a_few_words(what: Move, words: str) -> None:
    assert impact.why(what) == words


def test_a_run_that_passes_ten_twice_is_told_once() -> None:
    assert impact.in_words([move((11, 11, 11), (14, 14, 14))], is_done=True) == []


def test_cases_that_moved_are_listed_first_then_the_longest_run() -> None:
    quiet, long = move((0, 0, 0), (0, 0, 1)), move((0, 0, 0), (9, 9, 9))
    listed = impact.heaviest([(quiet, "quiet"), (BEGINS, "begins"), (REACHES_TEN, "case"), (long, "long")])
    assert [who for _, who in listed] == ["case", "long", "begins", "quiet"]


@pytest.mark.parametrize(
    ("before", "after", "text"), [(8, 11, "8 to 11"), (4, 4, "4"), (None, 2, "not counted to 2")]
)
def test_a_run_before_and_after(before: int | None, after: int | None, text: str) -> None:
    assert impact.change(before, after) == text


def test_a_receipt_is_read_back_as_it_was_written() -> None:
    entry = {
        "registration_id": 7,
        "before": {"return_run": 8, "removal_run": 8, "days_unseen": 8},
        "after": {"return_run": 11, "removal_run": 11, "days_unseen": 11},
        "events": ["referral.drafted"],
    }
    assert Move.of(entry) == REACHES_TEN
