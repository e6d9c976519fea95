"""When somebody reads what is sent to an authority."""

from datetime import date, datetime

import pytest

from cme.casework.referral.reading import read_from_on
from cme.clock import LONDON


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type, misc]


CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})


@pytest.mark.parametrize(
    ("sent", "read_from"),
    [
        (london(2026, 11, 20, 8, 59), date(2026, 11, 20)),
        (london(2026, 11, 20, 9, 0), None),
        (london(2026, 11, 20, 16, 59), None),
        (london(2026, 11, 20, 17, 0), date(2026, 11, 23)),
        (london(2026, 11, 22, 20, 0), date(2026, 11, 23)),
        (london(2026, 12, 24, 18, 0), date(2026, 12, 29)),
        (london(2026, 12, 25, 10, 0), date(2026, 12, 29)),
    ],
)
def test_nobody_reads_before_the_next_working_day(sent: datetime, read_from: date | None) -> None:
    assert read_from_on(sent, CHRISTMAS) == read_from
