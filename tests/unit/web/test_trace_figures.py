"""How far the answers to our trace requests have come is not said to be nothing or all by rounding."""

import pytest

from cme.store.traces import Answered
from cme.web.presenters.traces import answered_figures


@pytest.mark.parametrize(
    ("answered", "asked", "share"),
    [
        (3, 152, "2%"),
        (0, 152, "0%"),
        (1, 304, "under 1%"),
        (303, 304, "over 99%"),
        (152, 152, "100%"),
        (0, 0, "none"),
    ],
)
def test_a_share_is_rounded_and_never_to_nothing_or_all(answered: int, asked: int, share: str) -> None:
    figure = answered_figures(Answered(asked, answered, 0, None, 0))[0]
    assert figure["number"] == share
    assert f"{answered} of {asked}" in figure["note"]
