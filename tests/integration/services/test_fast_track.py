"""Children whose case is opened on the first day: flagged, young, or missing before."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from cme.services import casework
from cme.store.database import db, transaction
from cme.store.risks import read_risks
from cme.store.tables import MissingEpisode, Pupil, PupilFlag
from tests.integration.services.office import Office, after_school, days_from, on_both

ADA = "Birch, Ada"
DAYS = days_from(date(2026, 11, 9), 5)
AT = after_school(DAYS[0])


@pytest.fixture
def known(office: Office) -> Office:
    """A school at which Ada was present for three days."""
    office.submit(DAYS[:3], {ADA: "PPP"})
    return office


def absent_for_a_day(office: Office) -> None:
    office.submit(DAYS[:4], {ADA: "PPPO"})


def flag(office: Office, kind: str) -> None:
    with transaction() as session:
        pupil_id = office.registration(ADA).pupil_id
        session.add(PupilFlag(pupil_id=pupil_id, kind=kind, created_at=AT, created_by="Ash Fenner"))


def missed(office: Office, **about: object) -> int:
    """An episode of being missing, over since yesterday unless told otherwise."""
    with transaction() as session:
        values: dict[str, object] = {
            "registration_id": office.registration(ADA).id,
            "kind": "site",
            "noticed_at": AT - timedelta(days=20),
            "found_at": AT - timedelta(days=20),
            "entered_at": AT,
            "entered_by": "Kit Lowe",
            **about,
        }
        episode = MissingEpisode(**values)
        session.add(episode)
        session.flush()
        return episode.id


def born(office: Office, on: date) -> None:
    with transaction() as session:
        session.execute(update(Pupil).where(Pupil.id == office.registration(ADA).pupil_id).values(born_on=on))


@on_both
def test_nobody_without_a_risk_has_a_case_on_the_first_day(known: Office) -> None:
    absent_for_a_day(known)
    assert known.cases(ADA) == []


@on_both
@pytest.mark.parametrize("kind", ["social_worker", "missing_before"])
def test_a_flag_brings_the_case_to_the_first_day(known: Office, kind: str) -> None:
    flag(known, kind)
    absent_for_a_day(known)
    assert known.kinds(ADA) == ["case.opened", "case.fast_tracked"]
    assert known.case(ADA).due_on == DAYS[3]


@on_both
def test_a_young_child_is_on_the_fast_track_too(known: Office) -> None:
    born(known, date(2016, 11, 13))
    absent_for_a_day(known)
    assert known.kinds(ADA) == ["case.opened", "case.fast_tracked"]
    view = casework.show(known.dsl, known.case(ADA).reference, today=DAYS[3])
    assert view is not None
    assert (view.facts.flagged, view.facts.risks.is_young) == (True, True)


def test_a_child_of_ten_is_not(known: Office) -> None:
    born(known, date(2016, 11, 12))
    absent_for_a_day(known)
    assert known.cases(ADA) == []


@on_both
def test_an_earlier_missing_episode_counts_as_missing_before(known: Office) -> None:
    missed(known)
    absent_for_a_day(known)
    assert known.kinds(ADA) == ["case.opened", "case.fast_tracked"]


def test_an_episode_that_was_withdrawn_or_corrected_away_does_not(known: Office) -> None:
    gone: dict[str, datetime | str] = {"withdrawn_at": AT, "withdrawn_by": "Ash Fenner"}
    wrong = missed(known)
    missed(known, supersedes_id=wrong, **gone)
    missed(known, **gone)
    absent_for_a_day(known)
    assert known.cases(ADA) == []


def test_a_child_who_is_missing_now_is_known_to_be(known: Office) -> None:
    missed(known, found_at=None)
    risks = read_risks(known.dsl, known.school_id)[known.registration(ADA).id]
    assert (risks.kinds, risks.is_missing) == ({"missing_before"}, True)
    db.session.rollback()


def test_risks_are_read_within_the_scope_only(known: Office) -> None:
    flag(known, "social_worker")
    assert read_risks(known.clerk, known.school_id) == {}
