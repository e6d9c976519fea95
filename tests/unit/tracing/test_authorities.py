"""What each authority's code may be used for."""

import pytest

from cme.tracing.authorities import (
    Status,
    Use,
    Verdict,
    note_on_upn,
    read_authorities,
    recipient_faults,
    recipients,
    recognised,
    ruling,
)

OK, WARNING, REFUSED = Verdict.OK, Verdict.WARNING, Verdict.REFUSED
ONE_OF_EACH = {Status.CURRENT: "841", Status.HISTORIC: "835", Status.WALES: "681", Status.OTHER: "705"}


def test_t27_the_list_has_153_current_authorities() -> None:
    by_status = [each.status for each in read_authorities().values()]
    assert {status: by_status.count(status) for status in Status} == {
        Status.CURRENT: 153,
        Status.HISTORIC: 7,
        Status.WALES: 22,
        Status.OTHER: 7,
    }
    for code in ("815", "825", "838", "839", "840", "841", "933", "940", "941", "942", "943"):
        assert read_authorities()[code].status is Status.CURRENT
    for code in ("835", "836", "837", "909", "928"):
        assert read_authorities()[code].status is Status.HISTORIC


def test_t25_a_request_to_all_goes_to_152_and_to_wales_only_if_ticked() -> None:
    english = recipients("841")
    assert len(english) == 152
    assert "841" not in {each.code for each in english}
    assert {each.status for each in english} == {Status.CURRENT}
    everybody = recipients("841", wales=True)
    assert len(everybody) == 152 + 22
    assert {each.status for each in everybody} == {Status.CURRENT, Status.WALES}


@pytest.mark.parametrize(
    ("use", "verdicts", "unknown"),
    [
        (Use.HISTORY, (OK, OK, OK, OK), WARNING),
        (Use.RECIPIENT, (OK, REFUSED, REFUSED, REFUSED), REFUSED),
        (Use.DESTINATION, (OK, WARNING, OK, WARNING), WARNING),
    ],
)
def test_what_a_code_may_be_used_for(use: Use, verdicts: tuple[Verdict, ...], unknown: Verdict) -> None:
    for (status, code), verdict in zip(ONE_OF_EACH.items(), verdicts, strict=True):
        found = ruling(code, use)
        assert found.verdict is verdict, (use, status)
        assert bool(found.sentence) or found.verdict is OK
    assert ruling("000", use).verdict is unknown
    assert "000" in ruling("000", use).sentence


def test_wales_may_be_asked_once_it_is_ticked_and_a_former_authority_never() -> None:
    assert ruling("681", Use.RECIPIENT, wales=True).verdict is OK
    assert ruling("835", Use.RECIPIENT, wales=True).verdict is REFUSED


def test_t13_a_code_that_is_not_in_the_list_is_noted_on_a_upn() -> None:
    assert note_on_upn("000") == "LA 000 not recognised"
    assert not recognised("000")


@pytest.mark.parametrize("code", ["841", "835", "681", "702"])
def test_a_code_of_any_status_is_in_order_in_a_upn(code: str) -> None:
    assert recognised(code)
    assert note_on_upn(code) == ""


@pytest.mark.parametrize("code", ["", "84", "0841", "\u0668\u0664\u0661"])
def test_what_only_looks_like_a_code_is_not_recognised(code: str) -> None:
    assert not recognised(code)


def test_chosen_recipients_are_refused_one_by_one() -> None:
    assert recipient_faults(["840", "810"], "841") == ()
    assert recipient_faults([], "841") == ("Choose at least one local authority.",)
    wrong = recipient_faults(["841", "840", "835", "681", "999"], "841")
    assert len(wrong) == 4
    assert "your own" in wrong[0]
    assert "Dorset (835)" in wrong[1]
    assert len(recipient_faults(["681"], "841", wales=True)) == 0
