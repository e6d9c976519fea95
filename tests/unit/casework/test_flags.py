"""The catalogue of flags."""

from datetime import date

import pytest

from cme.casework.safety.flags import KnownRisks, read_flags
from cme.store.tables import PupilFlag


def test_every_flag_has_words_and_a_source_and_fits_its_column() -> None:
    flags = read_flags().values()
    assert all(flag.label and flag.source for flag in flags)
    assert len({flag.label for flag in flags}) == len(flags)
    assert max(len(flag.kind) for flag in flags) <= PupilFlag.__table__.c.kind.type.length


def test_only_a_social_worker_is_written_by_name() -> None:
    assert [flag.kind for flag in read_flags().values() if flag.is_named] == ["social_worker"]


@pytest.mark.parametrize(
    ("born_on", "is_young"),
    [
        (date(2016, 11, 21), True),
        (date(2016, 11, 20), False),
        (date(2016, 11, 19), False),
        (date(2024, 2, 29), True),
        (None, False),
    ],
)
def test_a_child_is_young_until_the_day_of_the_birthday(born_on: date | None, is_young: bool) -> None:
    known = KnownRisks().of_age(born_on, date(2026, 11, 20), under=10)
    assert known.is_young is is_young
    assert known.is_flagged is is_young


def test_a_flag_or_being_missing_now_is_enough() -> None:
    assert not KnownRisks().is_flagged
    assert KnownRisks(is_missing=True).is_flagged
    flagged = KnownRisks(is_young=True).with_flags(["early_help"])
    assert (flagged.kinds, flagged.is_young) == ({"early_help"}, True)
