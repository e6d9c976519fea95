"""Who reaches what: nothing of another school's, nothing before its time, and no child in any log."""

import json
import logging
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.casework.case import Action, Entry
from cme.identity.upn import check_letter
from cme.services import absence, casework, referrals
from cme.services.registers import approval, checking, uploads
from cme.store import audit, cases, pupils, queue, registers, removals, schools
from importers.reading import Refused
from tests.integration.services.office import (
    Office,
    Town,
    after_school,
    days_from,
    everything,
    on_both,
    write_register,
)
from tests.referrals import ANSWERS

ADA = "Birch, Ada"
DAYS = days_from(date(2026, 10, 12), 10)
AT = after_school(DAYS[-1])
UPN = check_letter("841200112001") + "841200112001"


@pytest.fixture
def office(town: Town) -> Office:
    """A school with a case, an upload that waits, and a draft."""
    town.alder.submit(DAYS[:9], {ADA: "O" * 9}, numbers={ADA: UPN})
    town.alder.receive(write_register(DAYS, {ADA: "O" * 10}, numbers={ADA: UPN}), at=AT)
    reference = town.alder.case(ADA).reference
    assert referrals.save_draft(town.alder.dsl, reference, {"carers": "Aunt"}, at=AT) is None
    return town.alder


OUTSIDERS: dict[str, Callable[[Town], Scope]] = {
    "nobody": lambda _town: Scope.nobody(),
    "the DSL of another school": lambda town: town.beech.dsl,
    "the DSL of a school elsewhere": lambda town: town.cedar.dsl,
    "an officer elsewhere": lambda town: town.cedar.officer,
    "an administrator": lambda town: town.alder.scope(Role.LA_ADMIN),
    "the admissions team": lambda town: town.alder.scope(Role.ADMISSIONS),
    "the front door, before the referral": lambda town: town.alder.front_door,
}


@on_both
def test_another_schools_child_is_not_there(town: Town, office: Office) -> None:
    case, key = office.case(ADA), office.registration(ADA).id
    reference, case_id = case.reference, case.id
    for who, scope_in in OUTSIDERS.items():
        scope = scope_in(town)
        found = (
            pupils.find_registration(scope, key),
            pupils.list_registrations(scope, [key]),
            pupils.list_roll(scope, office.school_id),
            pupils.list_absent(scope, office.school_id),
            pupils.read_roll(scope, office.school_id).total,
            sum(pupils.count_parts(scope, office.school_id).values()),
            pupils.read_counted(scope, office.school_id),
            pupils.read_lines(scope, office.school_id),
            cases.find_case(scope, reference),
            casework.show(scope, reference, today=DAYS[-1]),
            cases.find_referral(scope, case_id),
            cases.list_school_cases(scope, office.school_id),
            cases.list_case_history(scope, key),
            cases.read_cases_to_follow(scope, office.school_id),
            queue.read_queue(scope, queue.QueueFilter()).rows,
            queue.list_queue_schools(scope),
            queue.list_unattended(scope).rows,
            removals.list_proposed(scope),
            removals.read_made(scope, page=1).removals,
        )
        assert not any(found), who


@on_both
def test_what_others_try_on_a_schools_child_is_not_found_and_writes_nothing(
    town: Town, office: Office
) -> None:
    reference, key = office.case(ADA).reference, office.registration(ADA).id
    close = Entry(reason="x", outcome_code="O25")
    before = everything()
    for scope_in in OUTSIDERS.values():
        scope = scope_in(town)
        for act in (
            partial(casework.act, scope, reference, Action.CLOSE, close),
            partial(casework.reopen, scope, reference, close),
            partial(referrals.save_draft, scope, reference, {"sex": "boy"}),
            partial(referrals.send_referral, scope, reference, ANSWERS, safeguarding=True),
            partial(casework.open_by_hand, scope, key, "x"),
        ):
            with pytest.raises(LookupError):
                act(at=AT)
    assert everything() == before


NOT_OF_THE_OFFICE = OUTSIDERS | {
    "an officer of the authority": lambda town: town.alder.officer,
    "a manager of the authority": lambda town: town.alder.scope(Role.LA_MANAGER),
    "the head": lambda town: town.alder.scope(Role.HEAD),
    "an inspector": lambda town: town.alder.scope(Role.INSPECTOR),
}


def test_only_the_schools_office_reads_and_decides_on_its_uploads(town: Town, office: Office) -> None:
    waiting = registers.list_imports(office.clerk, office.school_id)[0]
    upload_id, sha256 = waiting.id, waiting.sha256
    before = everything()
    for who, scope_in in NOT_OF_THE_OFFICE.items():
        scope = scope_in(town)
        found = (
            checking.check(scope, upload_id, at=AT),
            registers.find_approved(scope, office.school_id, sha256),
            registers.read_reading(scope, upload_id),
        )
        assert not any(found), who
        for act in (
            partial(uploads.receive, scope, office.laestab, [("x.csv", b"x")]),
            partial(approval.approve, scope, upload_id),
            partial(uploads.cancel, scope, upload_id),
        ):
            with pytest.raises(LookupError):
                act(at=AT)
    assert everything() == before


def test_an_upload_that_does_not_exist_is_like_one_of_another_school(office: Office) -> None:
    assert checking.check(office.clerk, 999, at=AT) is None
    for act in (approval.approve, uploads.cancel):
        with pytest.raises(LookupError, match="not within the scope"):
            act(office.clerk, 999, at=AT)


@on_both
def test_the_officer_sees_the_child_at_once_and_the_front_door_from_the_referral(office: Office) -> None:
    reference, key = office.case(ADA).reference, office.registration(ADA).id
    assert cases.find_case(office.officer, reference)
    assert queue.read_queue(office.officer, queue.QueueFilter()).rows == []
    assert cases.find_case(office.front_door, reference) is None
    assert office.send(ADA, at=AT) is None
    for scope in (office.officer, office.front_door):
        assert cases.find_case(scope, reference)
        assert pupils.find_registration(scope, key)
        assert len(queue.read_queue(scope, queue.QueueFilter()).rows) == 1
    assert pupils.read_roll(office.front_door, office.school_id).total == 1
    assert pupils.read_roll(office.officer, office.school_id).total == 2


def test_what_is_known_to_nobody_is_known_of_no_school(office: Office) -> None:
    assert schools.list_schools(Scope.nobody()) == []
    with pytest.raises(LookupError):
        absence.recount(Scope.nobody(), office.laestab, at=AT)


def test_an_upload_its_refusal_and_its_approval_are_on_the_audit_log(town: Town) -> None:
    before = len(everything()["audit_entry"])
    office = town.alder
    upload = office.submit(DAYS, {ADA: "O" * 10})
    with pytest.raises(Refused):
        office.receive(b"%PDF-1.7\n", at=AT)
    upload_id = upload.id
    cancelled = office.receive(write_register(DAYS, {ADA: "P" * 10}), at=AT)
    uploads.cancel(office.clerk, cancelled, at=AT, address="192.0.2.7")
    told = [tuple(row) for row in everything()["audit_entry"][before:]]
    assert [(row[4], row[5], row[2], row[3]) for row in told] == [
        ("upload.received", f"import:{upload_id}", "user:7", "school_user"),
        ("upload.approved", f"import:{upload_id}", "user:7", "school_user"),
        ("upload.refused", f"school:{office.school_id}", "user:7", "school_user"),
        ("upload.received", f"import:{cancelled}", "user:7", "school_user"),
        ("upload.cancelled", f"import:{cancelled}", "user:7", "school_user"),
    ]
    assert told[1][7] == {
        "school": office.school_id,
        "marks_added": 40,
        "marks_altered": 0,
        "cases": 1,
        "confirmed": ["first_upload"],
    }
    assert told[2][7]["code"]
    assert told[-1][6] == "192.0.2.7"
    assert audit.verify().ok


def test_nobody_is_named_in_the_audit_log_a_receipt_a_check_or_a_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office.submit(DAYS, {ADA: "O" * 10, "Cole, Ben": ["I"] * 10}, numbers={ADA: UPN})
    assert office.send(ADA, at=AT) is None
    close = Entry(reason="Ada Birch is back", outcome_code="O19", agreed_by="O. Ficer, CME team")
    assert office.act(ADA, Action.CLOSE, close, at=AT) is None
    faulty = write_register(DAYS[:2], {ADA: ["QZ", "O"]}, numbers={"Birch, Ada": UPN})
    for content in (faulty, faulty.replace(UPN.encode(), UPN[::-1].encode())):
        office.receive(content, at=AT)
    absence.recount(office.dsl, office.laestab, at=AT)
    rows = everything()
    checks = [(row[12], row[13], row[14], row[15]) for row in rows["register_import"]]
    told = json.dumps([rows["audit_entry"], checks, rows["case"]], default=str) + caplog.text
    for word in ("Birch", "Ada", "Cole", "Ben", UPN, UPN[::-1], "2014-05-04", "04/05/2014"):
        assert word not in told
