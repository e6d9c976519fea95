"""Approving an upload: whole or absent, once, and never over what the roll or the file forbids."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cme.attendance.calendar import Period, PeriodKind
from cme.attendance.codes import Half
from cme.attendance.lines import session_at
from cme.attendance.periods import Edit
from cme.identity.upn import check_letter
from cme.services import absence, calendars
from cme.services.registers import answers, approval, checking, readings, undoing, uploads
from cme.store import audit, pupils, registers
from cme.store.database import db, transaction
from cme.store.tables import MarkChange, RegisterImport, RegisterLine, RegisterReading, Registration
from importers.planning.planned import Decision, DecisionKind
from importers.text.dates import DateOrder
from tests.integration.services.office import (
    EVERY_GATE,
    Lingering,
    Office,
    Town,
    after_school,
    days_from,
    everything,
    on_both,
    race,
    write_register,
)
from tests.marks import get_mark
from tests.store import statements

WEEK = days_from(date(2026, 10, 12), 5)
NEXT_WEEK = days_from(date(2026, 10, 19), 5)
AT = after_school(WEEK[-1])
LATER = after_school(NEXT_WEEK[-1])
CLASS = {"Birch, Ada": "OOOOO", "Cole, Ben": "PPPPP", "Dale, Cora": "PPINN"}
LOST = (
    (registers, "store_lines"),
    (registers, "store_changes"),
    (pupils, "store_standings"),
    (approval, "recount_school"),
    (absence, "follow_register"),
    (audit, "record"),
)
"""Where an approval is made to fail: after each of these has done its work."""


class Fault(Exception):
    """What stops an approval halfway."""


def failing_after(real: Callable[..., object]) -> Callable[..., object]:
    def stop(*args: object, **named: object) -> object:
        real(*args, **named)
        raise Fault

    return stop


@on_both
@pytest.mark.parametrize(("module", "name"), LOST, ids=lambda each: getattr(each, "__name__", each))
def test_i1_an_approval_that_fails_leaves_everything_as_it_was(
    office: Office, module: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.submit(WEEK, CLASS)
    codes = {"Birch, Ada": "OOOOO", "Cole, Ben": "OOOOO", "Dale, Cora": "PPPPP", "Ellis, Dan": "OOOOO"}
    upload_id = office.receive(write_register(NEXT_WEEK, codes), at=LATER)
    before = everything()
    with monkeypatch.context() as patch:
        patch.setattr(module, name, failing_after(getattr(module, name)))
        with pytest.raises(Fault):
            office.approve(upload_id, at=LATER)
    assert everything() == before
    assert office.approve(upload_id, at=LATER).status == "approved"
    assert office.standing("Birch, Ada").return_run == 10
    assert office.kinds("Ellis, Dan") == ["case.opened"]
    assert audit.verify().ok


def test_i3_the_same_file_again_plans_and_does_nothing(office: Office) -> None:
    first = office.submit(WEEK, CLASS)
    assert first.receipt is not None
    assert (first.receipt["new"], first.receipt["marks_added"]) == (4, 40)
    apart = ("register_import", "register_file", "register_reading", "audit_entry")
    # What is due first follows the day, whatever is uploaded.
    absence.recount(office.dsl, office.laestab, at=LATER)
    before = everything(but=apart)
    again = office.receive(write_register(WEEK, {"Zeal, Zoe": "PPPPP", **CLASS}), at=LATER)
    found = checking.check(office.clerk, again, at=LATER)
    assert found is not None
    assert found.plan is not None
    assert found.plan.changes_nothing
    same = uploads.find_same(office.clerk, found.upload)
    assert same is not None
    assert same.id == first.id
    receipt = office.approve(again, at=LATER).receipt
    assert receipt == {
        "new": 0, "changed": 0, "unchanged": 4, "not_in_file": [], "marks_added": 0, "marks_altered": 0,
        "marks_outranked": 0, "held": [], "left_out": [], "impact": [], "added": [], "particulars": [],
        "authority_told": 0,
        "roll": [], "confirmed": [],
    }  # fmt: skip
    assert everything(but=apart) == before


def test_a_blank_never_erases(office: Office) -> None:
    office.submit(WEEK, CLASS)
    office.submit(WEEK, {"Birch, Ada": ".....", "Dale, Cora": "..I.."}, at=LATER)
    assert office.standing("Birch, Ada").return_run == 5
    lines = pupils.read_lines(office.clerk, office.school_id)
    ada = lines[office.registration("Birch, Ada").id]
    assert {get_mark(ada, on, half) for on in WEEK for half in Half} == {"O"}


def test_a_changed_mark_is_kept_as_it_was_and_as_it_is(office: Office) -> None:
    office.submit(WEEK, CLASS)
    corrected = office.submit(WEEK, {**CLASS, "Birch, Ada": "OOIIO"}, at=LATER)
    changes = db.session.scalars(select(MarkChange).where(MarkChange.import_id == corrected.id)).all()
    (change,) = changes
    assert change.registration_id == office.registration("Birch, Ada").id
    assert (change.old, change.new) == ("OOOO", "IIII")
    assert session_at(change.year, change.first_index) == (WEEK[2], Half.AM)
    assert corrected.receipt is not None
    assert (corrected.receipt["marks_altered"], corrected.receipt["marks_added"]) == (4, 0)


def test_every_mark_can_be_traced_to_the_upload_that_brought_it(office: Office) -> None:
    office.submit(WEEK, CLASS)
    office.submit([*WEEK[3:], *NEXT_WEEK], {"Birch, Ada": "IIOOOOO", "Cole, Ben": "PPPPP.."})
    office.submit(NEXT_WEEK, {"Birch, Ada": "PP...", "Dale, Cora": "OOOOO"}, at=LATER + timedelta(hours=1))
    replayed: dict[tuple[int, int], list[str]] = {}
    for change in db.session.scalars(select(MarkChange).order_by(MarkChange.id)):
        line = replayed.setdefault((change.registration_id, change.year), list("." * 732))
        stretch = slice(change.first_index, change.first_index + len(change.old))
        assert "".join(line[stretch]) == change.old
        line[stretch] = change.new
    stored = db.session.execute(select(RegisterLine.registration_id, RegisterLine.year, RegisterLine.marks))
    assert {key: "".join(line) for key, line in replayed.items()} == {row[:2]: row[2] for row in stored}


@on_both
def test_the_second_approval_is_told_who_was_first(office: Office) -> None:
    upload_id = office.submit(WEEK, CLASS).id
    before = everything()
    with pytest.raises(checking.NotNow, match="approved by Kit Lowe before"):
        approval.approve(office.dsl, upload_id, at=LATER)
    assert everything() == before


@on_both
def test_of_two_approvals_at_once_exactly_one_wins(office: Office) -> None:
    upload_id = office.receive(write_register(WEEK, CLASS), at=AT)
    ended = race(
        office.app,
        lambda: approval.approve(office.clerk, upload_id, at=AT, confirmed=EVERY_GATE).decided_by,
        lambda: approval.approve(office.dsl, upload_id, at=AT, confirmed=EVERY_GATE).decided_by,
    )
    (winner,) = (each for each in ended if isinstance(each, str))
    (refused,) = (each for each in ended if isinstance(each, checking.NotNow))
    assert f"approved by {winner} before" in str(refused)
    assert len(db.session.scalars(select(Registration)).all()) == 3
    assert len(office.cases("Birch, Ada")) == 1


@on_both
def test_an_upload_is_not_cancelled_while_it_is_being_approved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = office.receive(write_register(WEEK, CLASS), at=AT)
    lingering = Lingering(registers.store_lines)
    monkeypatch.setattr(registers, "store_lines", lingering)

    def cancel() -> None:
        lingering.reached.wait(10)
        try:
            uploads.cancel(office.dsl, upload_id, at=AT)
        finally:
            lingering.go_on.set()

    approved, refused = race(office.app, lambda: office.approve(upload_id, at=AT).status, cancel)
    assert approved == "approved"
    assert isinstance(refused, checking.NotNow)
    upload = registers.find_import(office.clerk, upload_id)
    assert upload is not None
    assert (upload.status, upload.decided_by) == ("approved", "Kit Lowe")


@on_both
def test_a_cancelled_upload_cannot_be_approved_and_its_file_is_gone(office: Office) -> None:
    upload_id = office.receive(write_register(WEEK, CLASS), at=AT)
    uploads.cancel(office.dsl, upload_id, at=AT)
    before = everything()
    assert before["register_file"] == []
    with pytest.raises(checking.NotNow, match="cancelled by Ash Fenner before"):
        office.approve(upload_id, at=LATER)
    with pytest.raises(checking.NotNow, match="cancelled by Ash Fenner before"):
        uploads.cancel(office.clerk, upload_id, at=LATER)
    assert everything() == before
    found = checking.check(office.clerk, upload_id, at=LATER)
    assert found is not None
    assert found.plan is None


FAULTY = {
    "a code that does not exist": write_register(WEEK, {"Birch, Ada": ["O", "O", "QZ", "O", "O"]}),
    "a mark on a day the calendar does not hold": write_register([date(2026, 10, 27)], {"Birch, Ada": "O"}),
    "two marks for one session": write_register([WEEK[0], WEEK[0]], {"Birch, Ada": "OP"}),
}


@pytest.mark.parametrize("content", FAULTY.values(), ids=FAULTY)
def test_an_upload_with_errors_is_kept_to_be_read_and_never_approved(office: Office, content: bytes) -> None:
    upload_id = office.receive(content, at=after_school(date(2026, 10, 27)))
    found = checking.check(office.clerk, upload_id, at=LATER)
    assert found is not None
    assert found.plan is None
    assert found.errors
    before = everything()
    with pytest.raises(checking.NotNow, match=r"errors|calendar"):
        office.approve(upload_id, at=LATER)
    assert everything() == before
    uploads.cancel(office.clerk, upload_id, at=LATER)


def other_child(name: str, number: str) -> bytes:
    """A register of one pupil with another's admission number, another surname and another birth date."""
    surname, forename = name.split(", ")
    return (
        f"Adm No,Surname,Forename,Date of birth,{WEEK[0]:%d/%m/%Y} AM,{WEEK[0]:%d/%m/%Y} PM\n"
        f"{number},{surname},{forename},09/11/2012,O,O\n"
    ).encode()


def test_a_pupil_whom_the_roll_contradicts_waits_for_a_person(office: Office) -> None:
    office.submit(WEEK, CLASS)
    upload_id = office.receive(other_child("Ellis, Dan", "Birch-Ada"), at=LATER)
    found = checking.check(office.clerk, upload_id, at=LATER)
    assert found is not None
    assert found.plan is not None
    (waiting,) = found.plan.waiting
    assert [one.surname for one in waiting.candidates] == ["Birch"]
    lines = pupils.read_lines(office.clerk, office.school_id)
    receipt = office.approve(upload_id, at=LATER).receipt
    assert receipt is not None
    assert [each["address"] for each in receipt["held"]] == [waiting.reading.address]
    assert (receipt["new"], receipt["marks_added"]) == (0, 0)
    assert pupils.read_lines(office.clerk, office.school_id) == lines


def test_a_person_says_who_a_row_is_and_the_decision_is_kept(office: Office) -> None:
    office.submit(WEEK, CLASS)
    ada = office.registration("Birch, Ada").id
    upload_id = office.receive(other_child("Ellis, Dan", "Birch-Ada"), at=LATER)
    found = checking.check(office.clerk, upload_id, at=LATER)
    assert found is not None
    assert found.plan is not None
    (waiting,) = found.plan.waiting
    uploads.decide(office.clerk, upload_id, {waiting.key: Decision(DecisionKind.SAME, ada)}, at=LATER)
    decided = checking.check(office.clerk, upload_id, at=LATER)
    assert decided is not None
    assert decided.plan is not None
    assert [one.known and one.known.registration_id for one in decided.plan.pupils] == [ada]
    assert decided.upload.answers["decisions"][waiting.key]["by"] == office.clerk.name


def test_a_row_is_left_out_with_a_reason_that_the_receipt_repeats(office: Office) -> None:
    upload_id = office.receive(write_register(WEEK, CLASS), at=AT)
    found = checking.check(office.clerk, upload_id, at=AT)
    assert found is not None
    assert found.plan is not None
    ben = next(one for one in found.plan.pupils if one.reading.surname == "Cole")
    left_out = Decision(DecisionKind.LEAVE_OUT, reason="A visitor of one week")
    uploads.decide(office.clerk, upload_id, {ben.key: left_out}, at=AT)
    receipt = office.approve(upload_id, at=AT).receipt
    assert receipt is not None
    assert receipt["left_out"] == [{"address": ben.reading.address, "reason": "A visitor of one week"}]
    assert {one.pupil.surname for one in pupils.list_roll(office.clerk, office.school_id)} == {
        "Birch",
        "Dale",
    }


def test_approval_does_what_was_seen_or_nothing(office: Office) -> None:
    upload_id = office.receive(write_register(WEEK, {"Birch, Ada": "OOOOO"}), at=AT)
    found = checking.check(office.clerk, upload_id, at=AT)
    assert found is not None
    office.submit(WEEK, CLASS)
    before = everything()
    with pytest.raises(checking.NotNow, match="roll has changed"):
        approval.approve(office.dsl, upload_id, at=LATER, confirmed=EVERY_GATE, seen=found.seen)
    assert everything() == before
    again = checking.check(office.clerk, upload_id, at=LATER)
    assert again is not None
    approval.approve(office.dsl, upload_id, at=LATER, confirmed=EVERY_GATE, seen=again.seen)


def test_a_gate_is_shut_until_a_person_confirms_it(office: Office) -> None:
    upload_id = office.receive(write_register(WEEK, CLASS), at=AT)
    found = checking.check(office.clerk, upload_id, at=AT)
    assert found is not None
    assert [gate.code for gate in found.gates] == ["first_upload"]
    before = everything()
    with pytest.raises(checking.NotNow):
        approval.approve(office.dsl, upload_id, at=AT)
    assert everything() == before
    keys = [gate.key for gate in found.gates]
    receipt = approval.approve(office.dsl, upload_id, at=AT, confirmed=keys).receipt
    assert receipt is not None
    assert receipt["confirmed"] == ["first_upload"]


def test_the_same_file_sent_twice_waits_once(office: Office) -> None:
    content = write_register(WEEK, CLASS)
    first = office.receive(content, at=AT)
    assert office.receive(content, at=AT + timedelta(minutes=5), name="renamed.csv") == first
    upload = registers.find_import(office.clerk, first)
    assert upload is not None
    assert upload.uploaded_at == AT + timedelta(minutes=5)
    tomorrow = office.receive(content, at=AT + timedelta(days=1))
    assert tomorrow != first


@on_both
def test_the_same_file_sent_at_once_waits_once(office: Office) -> None:
    content = write_register(WEEK, CLASS)
    ids = race(office.app, *[lambda: office.receive(content, at=AT) for _ in range(4)])
    assert len(set(ids)) == 1
    assert len(db.session.scalars(select(RegisterImport)).all()) == 1


def test_several_files_are_one_register(office: Office) -> None:
    parts = [("7A.csv", write_register(WEEK, {"Birch, Ada": "OOOOO"})),
             ("7B.csv", write_register(WEEK, {"Cole, Ben": "PPPPP"}))]  # fmt: skip
    upload_id = uploads.receive(office.clerk, office.laestab, parts, at=AT)
    assert readings.read_files(office.clerk, upload_id) == parts
    receipt = office.approve(upload_id, at=AT).receipt
    assert receipt is not None
    assert receipt["new"] == 2
    again = uploads.receive(office.clerk, office.laestab, parts[::-1], at=AT)
    found = checking.check(office.clerk, again, at=AT)
    assert found is not None
    assert uploads.find_same(office.clerk, found.upload) is not None


def test_what_is_kept_of_files_is_sealed(office: Office) -> None:
    upload_id = office.receive(write_register(WEEK, CLASS), at=AT)
    stored = [file.content for file in registers.read_files(office.clerk, upload_id)]
    reading = registers.read_reading(office.clerk, upload_id)
    assert reading is not None
    assert not any(b"Birch" in each for each in (*stored, reading.reading))


UPN = check_letter("841200112001") + "841200112001"


@on_both
def test_particulars_of_one_school_never_show_at_another(town: Town) -> None:
    town.alder.submit(WEEK, {"Birch, Ada": "OOOOO"}, numbers={"Birch, Ada": UPN})
    town.cedar.submit(NEXT_WEEK, {"Newname, Ada": "PPPPP"}, numbers={"Newname, Ada": UPN})
    here, there = town.alder.registration("Birch, Ada"), town.cedar.registration("Newname, Ada")
    assert here.pupil_id != there.pupil_id
    assert (here.pupil.surname, there.pupil.surname) == ("Birch", "Newname")
    assert town.alder.standing("Birch, Ada").return_run == 5
    assert town.cedar.standing("Newname, Ada").return_run == 0
    assert [one.id for one in pupils.list_roll(town.cedar.clerk, town.alder.school_id)] == []


def test_a_number_that_the_roll_lacked_is_known_from_then_on(office: Office) -> None:
    office.submit(WEEK[:2], {"Birch, Ada": "OO"})
    office.submit(WEEK[2:4], {"Birch, Ada": "OO"}, numbers={"Birch, Ada": UPN})
    head, row, _ = write_register(WEEK[4:], {"Birch, Ada": "O"}, numbers={"Birch, Ada": UPN}).split(b"\r\n")
    by_upn_only = b"\r\n".join([head, row.replace(b"Birch-Ada", b"")])
    office.approve(office.receive(by_upn_only, at=AT), at=AT)
    assert office.standing("Birch, Ada").return_run == 5


def test_a_pupil_who_is_not_in_the_file_is_a_signal_and_stays_on_roll(office: Office) -> None:
    office.submit(WEEK, CLASS)
    receipt = office.submit(NEXT_WEEK, {"Cole, Ben": "PPPPP"}).receipt
    assert receipt is not None
    absent = {office.registration("Birch, Ada").id, office.registration("Dale, Cora").id}
    assert set(receipt["not_in_file"]) == absent
    assert pupils.read_roll(office.clerk, office.school_id).total == 4


def test_the_receipt_says_which_pupil_moved_and_why(office: Office) -> None:
    receipt = office.submit(WEEK, CLASS).receipt
    assert receipt is not None
    (ada,) = (one for one in receipt["impact"] if one["case"])
    assert ada == {
        "registration_id": office.registration("Birch, Ada").id,
        "before": {"return_run": 0, "removal_run": 0, "days_unseen": 0},
        "after": {"return_run": 5, "removal_run": 5, "days_unseen": 5},
        "case": office.case("Birch, Ada").reference,
        "stage_before": "watching",
        "stage_after": "enquiries",
        "events": ["case.opened"],
    }


@on_both
def test_registers_of_two_schools_approved_at_once_open_cases_with_references_of_their_own(
    town: Town,
) -> None:
    names = [f"Birch, Ada-{letter}" for letter in "abcdefgh"]
    content = write_register(WEEK, dict.fromkeys(names, "OOOOO"))
    ids = {office: office.receive(content, at=AT) for office in (town.alder, town.beech)}
    ended = race(
        town.app,
        lambda: town.alder.approve(ids[town.alder], at=AT).status,
        lambda: town.beech.approve(ids[town.beech], at=AT).status,
    )
    assert ended == ["approved", "approved"]
    references = {town_case.reference for office in ids for name in names for town_case in office.cases(name)}
    assert len(references) == 16
    assert audit.verify().ok


def test_the_reading_of_a_file_is_kept_until_somebody_decides(office: Office) -> None:
    upload_id = office.receive(write_register(WEEK, CLASS), at=AT)
    assert registers.read_reading(office.clerk, upload_id)
    with transaction() as session:
        session.delete(session.get_one(RegisterReading, upload_id))
    with pytest.raises(checking.NotNow, match=r"have been erased\. Upload them again"):
        office.approve(upload_id, at=LATER)
    upload = db.session.get(RegisterImport, upload_id)
    assert upload is not None
    assert upload.status == "checked"


HALF_TERM = date(2026, 10, 27)


def change_dates(office: Office, *added: Period, removed: Sequence[Period] = ()) -> None:
    """Change the school's calendar, as its office does."""
    office_scope, laestab = office.clerk, office.laestab
    edit = Edit(tuple(removed), added)
    based_on = calendars.preview(office_scope, laestab, edit, today=HALF_TERM).based_on
    calendars.change(office_scope, laestab, edit, based_on, at=after_school(HALF_TERM))


def test_a_file_with_a_mark_on_a_closed_day_is_sound_once_the_calendar_is_mended(office: Office) -> None:
    upload_id = office.receive(write_register([HALF_TERM], {"Birch, Ada": "O"}), at=after_school(HALF_TERM))
    found = checking.check(office.clerk, upload_id, at=after_school(HALF_TERM))
    assert found is not None
    assert [issue.code for issue in found.errors] == ["session_not_held", "session_not_held"]
    change_dates(office, Period(PeriodKind.TERM, HALF_TERM, HALF_TERM, "One day more"))
    mended = checking.check(office.clerk, upload_id, at=after_school(HALF_TERM))
    assert mended is not None
    assert mended.plan is not None
    assert office.approve(upload_id, at=after_school(HALF_TERM)).status == "approved"


def test_a_calendar_that_changes_after_the_check_is_seen_before_approval(office: Office) -> None:
    upload_id = office.receive(write_register(WEEK, CLASS), at=AT)
    found = checking.check(office.clerk, upload_id, at=AT)
    assert found is not None
    change_dates(office, Period(PeriodKind.CLOSURE, date(2026, 12, 1), date(2026, 12, 1), "Boiler"))
    with pytest.raises(checking.NotNow, match="roll has changed"):
        approval.approve(office.dsl, upload_id, at=LATER, confirmed=EVERY_GATE, seen=found.seen)


def test_an_answer_given_while_another_is_worked_out_is_not_lost(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = office.receive(write_register(WEEK, CLASS), at=AT)
    real = readings.open_files

    def answer_meanwhile(*files: Any, **limits: Any) -> Any:
        monkeypatch.setattr(readings, "open_files", real)
        uploads.answer(office.dsl, upload_id, {"surname_first": True}, at=AT)
        return real(*files, **limits)

    monkeypatch.setattr(readings, "open_files", answer_meanwhile)
    with pytest.raises(checking.NotNow, match="Somebody else answered meanwhile"):
        uploads.answer(office.clerk, upload_id, {"lone_codes": "AM"}, at=AT)
    upload = registers.find_import(office.clerk, upload_id)
    assert upload is not None
    assert upload.answers["reading"] == {"surname_first": True}


def test_what_was_answered_once_holds_for_the_next_upload(office: Office) -> None:
    upload_id = office.receive(write_register(WEEK, CLASS), at=AT)
    uploads.answer(office.clerk, upload_id, {"date_order": "day first", "academic_year": 2026}, at=AT)
    assert answers.answers_for(office.clerk, office.school_id, {}).date_order is None
    office.approve(upload_id, at=AT)
    known = answers.answers_for(office.clerk, office.school_id, {})
    assert (known.date_order, known.academic_year) == (DateOrder.DAY_FIRST, None)


def test_an_upload_is_not_undone_under_one_that_was_approved_after_it_whatever_the_clock_said(
    office: Office,
) -> None:
    first = office.receive(write_register(WEEK, CLASS), at=AT)
    second = office.receive(write_register(WEEK, {**CLASS, "Zeal, Zoe": "PPPPP"}), at=AT)
    office.approve(first, at=LATER)
    office.approve(second, at=LATER - timedelta(hours=2))
    with pytest.raises(checking.NotNow, match="Undo that one first"):
        undoing.undo(office.clerk, first, at=LATER)
    undoing.undo(office.clerk, second, at=LATER)
    undoing.undo(office.clerk, first, at=LATER)
    assert not pupils.list_roll(office.clerk, office.school_id)


def test_a_larger_school_asks_no_more_of_the_database(town: Town) -> None:
    def asked(size: int) -> int:
        office = town.another()
        names = [f"Pupil{number}, Ada" for number in range(size)]
        office.submit(WEEK, dict.fromkeys(names, "PPPPP"))
        upload_id = office.receive(write_register(NEXT_WEEK, dict.fromkeys(names, "PPIPP")), at=LATER)
        with statements(office.app) as made:
            checking.check(office.clerk, upload_id, at=LATER)
            office.approve(upload_id, at=LATER)
        return len(made)

    assert asked(60) == asked(20)


def with_class(days: Sequence[date], class_name: str) -> bytes:
    content = write_register(days, {"Birch, Ada": "P" * len(days)}).decode()
    head, row, *_ = content.split("\r\n")
    return f"{head},Class\r\n{row},{class_name}\r\n".encode()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_class_is_that_of_the_newest_register_in_whatever_order(
    office: Office, order: tuple[int, int]
) -> None:
    weeks = (with_class(WEEK, "7A"), with_class(NEXT_WEEK, "7B"))
    for hours, week in enumerate(order):
        at = LATER + timedelta(hours=hours)
        office.approve(office.receive(weeks[week], at=at), at=at)
    assert office.registration("Birch, Ada").class_name == "7B"
