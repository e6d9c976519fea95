"""The catalogue of flags."""

from cme.casework.flags import read_flags
from cme.store.tables import PupilFlag


def test_every_flag_has_words_and_a_source_and_fits_its_column() -> None:
    flags = read_flags().values()
    assert all(flag.label and flag.source for flag in flags)
    assert len({flag.label for flag in flags}) == len(flags)
    assert max(len(flag.kind) for flag in flags) <= PupilFlag.__table__.c.kind.type.length


def test_only_a_social_worker_is_written_by_name() -> None:
    assert [flag.kind for flag in read_flags().values() if flag.is_named] == ["social_worker"]
