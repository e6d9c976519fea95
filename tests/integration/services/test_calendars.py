"""Changing a calendar: what it would do, and that it is done with all that follows, or not at all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cme.access.roles import Role
from cme.attendance.calendar import Period, PeriodKind
from cme.attendance.codes import Half
from cme.attendance.periods import Edit, EntryGone, apply, difference, faults_of, fingerprint
from cme.clock import local_date
from cme.services import absence, calendars
from cme.services.calendars import ChangedMeanwhile, Preview, Receipt, Unfit
from cme.store import audit, schools
from cme.store import calendars as store
from cme.store.database import db
from tests.integration.services.office import (
    TERMS,
    Lingering,
    Office,
    Town,
    after_school,
    days_from,
    everything,
    on_both,
    race,
)

DAYS = days_from(date(2026, 11, 3), 12)
AT = after_school(DAYS[-1])
ADA, BEN = "Birch, Ada", "Cole, Ben"


def closure(first_on: date, last_on: date | None = None, half: Half | None = None) -> Period:
    return Period(PeriodKind.CLOSURE, first_on, last_on or first_on, "Boiler", half)


@pytest.fixture
def absent(office: Office) -> Office:
    """A school where one pupil was absent for ten days and is referred, and another for nine."""
    office.submit(DAYS, {ADA: "PP" + "O" * 10, BEN: "PPP" + "O" * 9})
    assert office.send(ADA, at=AT) is None
    return office


def periods_of(office: Office) -> tuple[Period, ...]:
    db.session.rollback()
    return schools.read_periods(office.dsl, office.school_id)


def preview(office: Office, edit: Edit) -> Preview:
    db.session.rollback()
    return calendars.preview(office.clerk, office.laestab, edit, today=local_date(AT))


def change(office: Office, edit: Edit) -> Receipt:
    return calendars.change(office.clerk, office.laestab, edit, preview(office, edit).based_on, at=AT)


@on_both
def test_a_closure_takes_its_day_from_every_run_and_cases_follow(absent: Office) -> None:
    edit = Edit(added=(closure(DAYS[5]),))
    seen = preview(absent, edit)
    assert seen.days.lost == (DAYS[5],)
    assert [(day.on, day.pupils) for day in seen.marked] == [(DAYS[5], 3)]
    moves = {each.registration_id: (each.before.return_run, each.after.return_run) for each in seen.changes}
    assert moves[absent.registration(ADA).id] == (10, 9)
    assert moves[absent.registration(BEN).id] == (9, 8)
    assert absent.standing(ADA).return_run == 10

    receipt = change(absent, edit)
    assert {each.registration_id for each in receipt.moves} == set(moves)
    assert absent.standing(ADA).return_run == 9
    assert absent.stored() == absent.count_from_zero()
    assert absent.kinds(ADA)[-1] == "referral.superseded"
    assert [each.registration_id for each in receipt.followed] == [absent.registration(ADA).id]


def test_looking_at_a_change_writes_nothing(absent: Office) -> None:
    before = everything()
    preview(absent, Edit(added=(closure(DAYS[5]),)))
    assert everything() == before


def test_a_closure_that_is_taken_out_again_brings_the_tenth_day_back(absent: Office) -> None:
    lines = everything()["register_line"]
    change(absent, Edit(added=(closure(DAYS[5]),)))
    change(absent, Edit(removed=(closure(DAYS[5]),)))
    assert absent.standing(ADA).return_run == 10
    assert absent.kinds(ADA)[-1] == "referral.restored"
    assert everything()["register_line"] == lines


def test_half_a_day_is_closed_and_the_other_half_counts(absent: Office) -> None:
    edit = Edit(added=(closure(DAYS[5], half=Half.PM),))
    assert preview(absent, edit).days.halved == (DAYS[5],)
    assert preview(absent, edit).changes == ()
    assert change(absent, edit).moves == ()


def test_deadlines_follow_the_calendar(absent: Office) -> None:
    due_on = absent.case(BEN).due_on
    assert due_on is not None
    receipt = change(absent, Edit(added=(closure(due_on),)))
    assert receipt.deadlines >= 1
    assert (absent.case(BEN).due_on or due_on) > due_on


def test_terms_entered_for_the_first_time_and_taken_out_again(town: Town) -> None:
    days = days_from(date(2026, 11, 3), 10)
    town.cedar.submit(days, {ADA: "O" * 10})
    seen = preview(town.cedar, Edit(added=TERMS))
    assert (seen.days.was_planned, seen.days.is_planned, seen.days.total) == (False, True, 0)
    change(town.cedar, Edit(added=TERMS))
    assert town.cedar.standing(ADA).return_run == 10
    seen = preview(town.cedar, Edit(removed=TERMS))
    assert (seen.days.was_planned, seen.days.is_planned) == (True, False)


def test_a_closure_counts_at_a_school_without_terms_too(town: Town) -> None:
    town.cedar.submit(DAYS, {ADA: "O" * 12})
    edit = Edit(added=(closure(DAYS[5]),))
    assert preview(town.cedar, edit).days.lost == (DAYS[5],)
    change(town.cedar, edit)
    assert town.cedar.standing(ADA).return_run == 11


def test_what_changed_is_on_the_audit_log_without_the_notes(absent: Office) -> None:
    moved = replace(TERMS[0], last_on=date(2026, 10, 22))
    change(absent, Edit((TERMS[0],), (moved,)))
    entry = everything()["audit_entry"][-1]
    assert (entry[4], entry[5]) == ("calendar.changed", f"school:{absent.school_id}")
    assert entry[7]["removed"] == ["term:2026-09-02/2026-10-23"]
    assert entry[7]["added"] == ["term:2026-09-02/2026-10-22"]
    assert entry[7]["school_days_lost"] == 1
    assert audit.verify().ok


def test_a_note_alone_can_be_changed(absent: Office) -> None:
    change(absent, Edit((TERMS[0],), (replace(TERMS[0], note="Autumn 1"),)))
    assert periods_of(absent)[0].note == "Autumn 1"


def test_a_change_with_faults_is_not_made(absent: Office) -> None:
    edit = Edit(added=(replace(closure(DAYS[5]), note=""),))
    with pytest.raises(Unfit) as refused:
        preview(absent, edit)
    assert [fault.field for fault in refused.value.faults] == ["note"]
    before = everything()
    with pytest.raises(Unfit):
        calendars.change(absent.clerk, absent.laestab, edit, fingerprint(periods_of(absent)), at=AT)
    assert everything() == before


def test_a_change_looked_at_before_somebody_elses_is_not_made(absent: Office) -> None:
    edit = Edit(added=(closure(DAYS[5]),))
    based_on = preview(absent, edit).based_on
    change(absent, Edit(added=(closure(DAYS[6]),)))
    before = everything()
    with pytest.raises(ChangedMeanwhile):
        calendars.change(absent.clerk, absent.laestab, edit, based_on, at=AT)
    assert everything() == before
    with pytest.raises(EntryGone):
        preview(absent, Edit(removed=(closure(DAYS[5]),)))


@pytest.mark.slow
@on_both
def test_of_two_who_change_at_once_one_wins_and_the_other_is_told(
    absent: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Lingering(store.change_school)
    monkeypatch.setattr(store, "change_school", slow)
    based_on = preview(absent, Edit()).based_on
    edits = [Edit(added=(closure(DAYS[5]),)), Edit(added=(closure(DAYS[6]),))]
    ends = race(
        absent.app,
        *(
            lambda edit=edit: calendars.change(absent.clerk, absent.laestab, edit, based_on, at=AT)
            for edit in edits
        ),
    )
    assert sorted(type(end).__name__ for end in ends) == ["ChangedMeanwhile", "Receipt"]
    assert len(periods_of(absent)) == len(TERMS) + 1
    assert absent.stored() == absent.count_from_zero()


def test_a_change_that_fails_half_way_changes_nothing(
    absent: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything()

    def fail(*_arguments: object, **_options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(calendars, "recount_school", fail)
    with pytest.raises(RuntimeError):
        change(absent, Edit(added=(closure(DAYS[5]),)))
    assert everything() == before


@pytest.mark.parametrize("role", [Role.CME_OFFICER, Role.LA_MANAGER, Role.INSPECTOR, Role.FRONT_DOOR])
def test_who_may_not_change_a_calendar_cannot(absent: Office, role: Role) -> None:
    scope, edit = absent.scope(role), Edit(added=(closure(DAYS[5]),))
    db.session.rollback()
    with pytest.raises(LookupError):
        calendars.preview(scope, absent.laestab, edit, today=local_date(AT))
    with pytest.raises(LookupError):
        calendars.change(scope, absent.laestab, edit, "", at=AT)


def test_another_schools_calendar_is_out_of_reach(town: Town) -> None:
    with pytest.raises(LookupError):
        calendars.change(town.beech.clerk, town.alder.laestab, Edit(added=TERMS), "", at=AT)
    assert store.last_entry_at(town.beech.clerk, town.alder.school_id) is None


@on_both
def test_the_authority_offers_dates_that_only_its_own_schools_see(town: Town) -> None:
    admin = town.alder.scope(Role.LA_ADMIN)
    db.session.rollback()
    based_on = calendars.preview_authority(admin, "841", Edit(added=TERMS), today=local_date(AT))
    calendars.change_authority(admin, "841", Edit(added=TERMS), based_on, at=AT)
    with pytest.raises(ChangedMeanwhile):
        calendars.change_authority(admin, "841", Edit(removed=TERMS), based_on, at=AT)
    assert set(store.read_authority_periods(town.beech.clerk, town.alder.authority_id)) == set(TERMS)
    assert store.read_authority_periods(town.cedar.clerk, town.alder.authority_id) == ()
    assert everything()["audit_entry"][-1][4] == "authority_dates.changed"
    for stranger in (town.alder.clerk, town.cedar.scope(Role.LA_ADMIN)):
        with pytest.raises(LookupError):
            calendars.change_authority(stranger, "841", Edit(removed=TERMS), based_on, at=AT)


def starts() -> st.SearchStrategy[date]:
    return st.dates(date(2026, 10, 30), date(2026, 11, 20))


PERIODS = st.builds(
    lambda kind, first_on, days, half: Period(
        kind,
        first_on,
        first_on + timedelta(days=days),
        "Entered",
        half if kind in (PeriodKind.CLOSURE, PeriodKind.INSET) else None,
    ),
    st.sampled_from(PeriodKind),
    starts(),
    st.integers(0, 12),
    st.none() | st.sampled_from(Half),
)
CALENDARS = st.lists(PERIODS, max_size=5, unique=True).map(tuple)


def fitting(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    """As many of the entries as stand together."""
    kept: tuple[Period, ...] = ()
    for period in periods:
        if not faults_of(kept, Edit(added=(period,)), today=local_date(AT)):
            kept = apply(kept, Edit(added=(period,)))
    return kept


@pytest.mark.slow
@on_both
def test_any_change_of_a_calendar_leaves_what_counting_from_scratch_gives(town: Town) -> None:
    office = town.another()
    office.submit(DAYS, {ADA: "PP" + "O" * 10, BEN: "PPPOONOGOUNO", "Dale, Cora": "NNCOOOOXOOOO"})

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(CALENDARS, min_size=1, max_size=3))
    def check(steps: list[tuple[Period, ...]]) -> None:
        for wanted in map(fitting, steps):
            edit = difference(periods_of(office), wanted)
            seen = preview(office, edit)
            receipt = change(office, edit)
            assert set(periods_of(office)) == set(wanted)
            assert office.stored() == office.count_from_zero()
            assert seen.changes == receipt.moves
            assert [(each.registration_id, each.events) for each in seen.followed] == [
                (each.registration_id, each.events) for each in receipt.followed
            ]
            drift = absence.recount(office.dsl, office.laestab, at=AT, dry_run=True)
            assert (drift.drifted, drift.cases) == (0, 0)

    check()
