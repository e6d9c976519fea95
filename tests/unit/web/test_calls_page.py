"""What a row of the list of calls says of the attempts made, and what comes next."""

from datetime import UTC, datetime, timedelta

import pytest

from cme.casework.enquiries.calls import Progress
from cme.casework.enquiries.enquiry import LoggedEnquiry, Result
from cme.web.presenters.calls import attempts_text

NINE = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


def tried(*entries: tuple[str, int, int]) -> Progress:
    """Calls that nobody answered, as (step, minutes after nine, contact)."""
    logged = [
        LoggedEnquiry(number, step, at, at, Result.NO_ANSWER, contact_id=who)
        for number, (step, minutes, who) in enumerate(entries)
        if (at := NINE + timedelta(minutes=minutes))
    ]
    return Progress.of(logged, NINE)


@pytest.mark.parametrize(
    ("progress", "next_id", "minutes", "said"),
    [
        (tried(), 11, 0, "Nobody has been rung yet."),
        (tried(("E01", 0, 11)), 12, 5, "Ring the next contact now. The second attempt counts from 12:00."),
        (tried(("E01", 0, 11)), 11, 5, "no answer. The second attempt counts from 12:00."),
        (tried(("E01", 0, 11)), 11, 180, "no answer. The second attempt is due now."),
        (tried(("E01", 0, 11), ("E03", 180, 11)), 12, 190, "Ring the next contact now."),
        (tried(("E01", 0, 11), ("E03", 180, 11)), 11, 190, "Every contact was tried. Look for another"),
    ],
)
def test_a_row_says_what_comes_next(progress: Progress, next_id: int, minutes: int, said: str) -> None:
    assert said in attempts_text(progress, next_id, NINE + timedelta(minutes=minutes))
