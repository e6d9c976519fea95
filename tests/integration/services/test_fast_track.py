"""Children whose case is opened on the first day: flagged, young, or missing before."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from cme.access.roles import Role
from cme.casework.case import Action, Entry
from cme.services import casework
from cme.store.database import db, transaction
from cme.store.risks import read_risks
from cme.store.tables import Alert, MissingEpisode, Pupil, PupilFlag
from tests.integration.services.office import Office, after_school, days_from, on_both, write_register
from tests.integration.services.test_digest import hire

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


MORNING = datetime(2026, 11, 12, 9, 40, tzinfo=UTC)


def morning(office: Office, code: str, at: datetime = MORNING) -> None:
    """The register of the fourth day as it stands before noon."""
    content = write_register(DAYS[:4], {"Zeal, Zoe": "PPPP", ADA: f"PPP{code}"}).decode().splitlines()
    before_noon = "\r\n".join(line.rpartition(",")[0] for line in content)
    office.approve(office.receive(before_noon.encode(), at=at), at=at)


@on_both
def test_l38_a_flagged_child_is_on_the_fast_track_from_the_morning_register_on(known: Office) -> None:
    flag(known, "child_protection_plan")
    dsl = hire(known, Role.DSL, "dsl@example.org")
    morning(known, "O")
    assert known.standing(ADA).return_run == 0
    assert known.kinds(ADA) == ["case.opened", "case.fast_tracked"]
    assert known.case(ADA).due_on == DAYS[3]
    told = db.session.scalars(select(Alert.text).where(Alert.user_id == dsl, Alert.is_urgent)).all()
    assert [text.partition(": ")[2] for text in told] == ["The case is fast-tracked. Act within the hour."]
    known.submit(DAYS[:4], {ADA: "PPPO"})
    assert known.kinds(ADA) == ["case.opened", "case.fast_tracked"]
    case = known.case(ADA)
    assert case.events[0].data["absent_from"] == DAYS[3].isoformat()


@pytest.mark.parametrize("later", ["U", "I"])
def test_a_late_or_an_ill_child_is_not_taken_off_the_fast_track(known: Office, later: str) -> None:
    flag(known, "child_protection_plan")
    morning(known, "O")
    known.submit(DAYS[:4], {ADA: f"PPP{later}"})
    assert known.kinds(ADA) == ["case.opened", "case.fast_tracked"]
    assert known.case(ADA).overlays == ["fast_track"]


def test_a_child_who_comes_in_the_afternoon_is_proposed_for_closing(known: Office) -> None:
    flag(known, "child_protection_plan")
    morning(known, "O")
    content = write_register(DAYS[:4], {"Zeal, Zoe": "PPPP", ADA: "PPPP"}).decode()
    came = content.rstrip().rpartition("/,")[0] + "O,\\\r\n"
    known.approve(known.receive(came.encode(), at=after_school(DAYS[3])), at=after_school(DAYS[3]))
    assert known.kinds(ADA)[-1] == "closing.proposed"
    assert known.case(ADA).events[-1].data["suggested"] == "O01"


@pytest.mark.parametrize("code", ["U", "I", "L"])
def test_an_explained_morning_opens_nothing(known: Office, code: str) -> None:
    flag(known, "child_protection_plan")
    morning(known, code)
    assert known.cases(ADA) == []


def test_a_young_age_alone_waits_for_the_day_to_be_closed(known: Office) -> None:
    born(known, date(2018, 5, 4))
    morning(known, "O")
    assert known.cases(ADA) == []


def test_a_case_that_was_closed_in_the_morning_is_not_opened_again_by_the_same_mark(known: Office) -> None:
    flag(known, "child_protection_plan")
    morning(known, "O")
    done = Entry(outcome_code="O17", reason="Grandmother has her", agreed_by="Social worker", no_talk="Ill")
    at = MORNING + timedelta(minutes=30)
    assert known.act(ADA, Action.CLOSE, done, at=at) is None
    morning(known, "N", at=at + timedelta(minutes=10))
    assert len(known.cases(ADA)) == 1
