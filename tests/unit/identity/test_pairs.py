"""How well children are told apart, over a labelled set of made-up pairs."""

import pytest

from tests.pairs import SEED, make_cases, scores, total

LEAST_RECALL = {"married name": 0.75}
"""Where a new surname is on nobody's record, no rule can find the child; every other kind is found whole."""


def test_the_set_is_large_and_the_same_every_time():
    assert len(make_cases()) >= 2000
    assert make_cases() == make_cases()


@pytest.mark.parametrize("seed", [SEED, 1, 2, 3, 4])
def test_no_likely_label_is_on_a_wrong_child(seed: int):
    assert {
        kind: one.wrong_likely for kind, one in scores(make_cases(seed)).items() if one.wrong_likely
    } == {}


def test_whoever_can_be_found_is_found_under_one_label_or_the_other():
    found = scores(make_cases())

    low = {
        kind: one.recall
        for kind, one in found.items()
        if one.ours and one.recall < LEAST_RECALL.get(kind, 1.0)
    }
    assert low == {}
    assert total(found).recall >= 0.98


def test_what_is_plain_is_likely_and_not_merely_possible():
    found = scores(make_cases())

    for kind in (
        "same particulars, no UPN",
        "same UPN",
        "twins",
        "siblings",
        "temporary, then permanent UPN",
    ):
        assert found[kind].likely == found[kind].ours
