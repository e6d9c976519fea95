"""How a case is put into words."""

from datetime import date

import pytest

from cme.attendance.standing import Standing
from cme.casework.case import ReviewDecision
from cme.casework.deadlines import Deadline
from cme.casework.policy.pack import load_pack
from cme.casework.stages import Overlay, Stage
from cme.web.presenters import gate
from cme.web.presenters.cases import about_return, present_due
from cme.web.presenters.recipients import recipient_names
from cme.web.presenters.stages import overlay_tags, stage_tag
from cme.web.presenters.timeline import decision_label

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("due_on", "when", "tag"),
    [
        (date(2026, 11, 19), "It was due on Thu 19 Nov 2026, 1 day ago", "Overdue"),
        (date(2026, 11, 20), "Due today, Fri 20 Nov 2026", "Today"),
        (date(2026, 11, 23), "Due by Mon 23 Nov 2026, in 3 days", ""),
    ],
)
def test_a_deadline_says_how_near_it_is(due_on: date, when: str, tag: str) -> None:
    shown = present_due(Deadline(due_on, "Send the referral", "our policy"), FRIDAY)
    assert (shown["when"], shown["tag"]) == (when, tag)


def test_a_stage_has_its_own_words_and_tone() -> None:
    assert stage_tag("referral_draft") == {"text": "Referral to send", "tone": "referral-draft"}
    with pytest.raises(ValueError, match="nowhere"):
        stage_tag("nowhere")


def test_the_most_pressing_overlay_comes_first() -> None:
    tags = overlay_tags([Overlay.CLOSING_PROPOSED.value, Overlay.FAST_TRACK.value])
    assert [tag["text"] for tag in tags] == ["Fast-track", "Closing proposed"]


def test_recipients_go_by_the_names_of_the_area() -> None:
    sent = ("front_door", "cme_officer")
    assert recipient_names(sent, load_pack("darlington")) == [
        "the Children's Access Point",
        "the CME officer",
    ]
    assert recipient_names(("cme_officer",), load_pack("essex")) == ["the Investigation Officer"]


def test_a_procedure_that_names_no_recipient_reaches_both_queues() -> None:
    assert len(recipient_names((), load_pack("wandsworth"))) == 2


def test_advice_is_asked_for_in_the_words_of_the_area() -> None:
    assert (
        decision_label(ReviewDecision.ADVICE, load_pack("essex"))
        == "Ask the Hub for a Professional Consultation"
    )
    assert decision_label(ReviewDecision.REFER_NOW, load_pack("essex")) == "Refer now"


def test_every_stage_can_be_shown() -> None:
    assert {stage_tag(stage)["text"] for stage in Stage} == {stage.label for stage in Stage}


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (9, "Absent without authority. The attendance return is owed at 10 days."),
        (10, "Absent without authority. The attendance return was owed at 10 days."),
    ],
)
def test_the_return_run_says_what_it_leads_to_and_not_that_it_was_done(run: int, said: str) -> None:
    assert about_return(run, 10) == said


def test_a_sick_child_is_absent_with_authority() -> None:
    assert about_return(0, 10, "I").startswith("Absent, authorised (I).")
    assert about_return(0, 10).startswith("Not absent without authority now.")


def test_a_condition_says_readably_what_is_in_the_way() -> None:
    standing = Standing(removal_blocked_by=("unmarked 2026-11-05 AM", "not reported 2026-11-12"))
    because = "0 of 20 school days. In the way: unmarked 2026-11-05 AM, not reported 2026-11-12."
    assert gate.in_words(because, standing) == (
        "0 of 20 school days. In the way: Thu 12 Nov 2026: no register; Thu 5 Nov 2026, AM: no mark."
    )
    assert gate.in_words("On roll here.", Standing()) == "On roll here."
