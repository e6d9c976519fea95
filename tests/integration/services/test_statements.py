"""The joint statement through the services: written, signed by both sides, overtaken and reopened."""

from dataclasses import replace
from datetime import datetime

import pytest

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.outcomes import Side
from cme.casework.removal.recorded import FactEntry, FactKind
from cme.services import enquiries, enquiry_records
from cme.services.removal import facts_recorded, statements
from cme.store import cases
from cme.store import statements as store
from cme.store.database import db, transaction
from cme.store.tables import RemovalFact, User
from tests.integration.services.office import (
    Office,
    after_school,
    on_both,
    race,
)
from tests.integration.services.ready import ADA, DAYS, STATEMENT, Ready, ready


@pytest.fixture
def ada(office: Office) -> Ready:
    """Everything is ready: twenty-one days of O, both sides have signed."""
    return ready(office, "P" + "O" * 21)


@on_both
def test_a_statement_is_written_over_until_somebody_signs_it(office: Office) -> None:
    made = ready(office, "P" + "O" * 21, conclude=False)
    assert made.write() == 1
    assert made.write(replace(STATEMENT, reasons="As agreed"), by=made.officer) == 1
    made.sign(made.head)
    signed = made.fingerprint
    assert made.write(by=made.officer) == 2
    found = statements.statement_of(made.case)
    assert found is not None
    assert found.signed_by == frozenset()
    first = store.list_versions(made.officer, made.case.id)[-1]
    assert (first.sha256, first.content["written"]["reasons"]) == (signed, "As agreed")
    assert first.school_signed_by == "Jo Hale"


def test_saving_the_same_again_makes_no_new_version(ada: Ready) -> None:
    before = ada.fingerprint
    assert ada.write() == 1
    assert ada.fingerprint == before
    found = statements.statement_of(ada.case)
    assert found is not None
    assert found.is_live


def test_what_somebody_else_saved_meanwhile_is_not_written_over(ada: Ready) -> None:
    refused = statements.write(ada.office.dsl, ada.case.reference, STATEMENT, over="", at=ada.at)
    assert isinstance(refused, Refused)
    assert refused.sentences == (statements.WRITTEN_OVER,)


def test_only_the_text_that_was_read_is_signed(office: Office) -> None:
    made = ready(office, "P" + "O" * 21, conclude=False)
    made.write()
    read = made.fingerprint
    made.write(replace(STATEMENT, reasons="Changed behind the reader's back"))
    refused = statements.sign(made.head, made.case.reference, read, at=made.at)
    assert refused is not None
    assert refused.missing == ("statement_read",)


def test_nothing_is_signed_that_lacks_something_or_is_stale(office: Office) -> None:
    made = ready(office, "P" + "O" * 21, conclude=False)
    reference = made.case.reference
    nothing = statements.sign(made.head, reference, "", at=made.at)
    assert nothing is not None
    assert "Write it first" in nothing.reason
    made.write(replace(STATEMENT, reasons=""))
    lacking = statements.sign(made.head, reference, made.fingerprint, at=made.at)
    assert lacking is not None
    assert "the reasons" in lacking.reason
    made.write()
    made.enquire("E31", DAYS[20])
    stale = statements.sign(made.head, reference, made.fingerprint, at=made.at)
    assert stale is not None
    assert "Something happened after" in stale.reason


@pytest.mark.parametrize("role", [Role.DSL, Role.LA_MANAGER, Role.FRONT_DOOR, Role.SCHOOL_USER])
def test_only_the_head_and_the_cme_officer_sign(office: Office, role: Role) -> None:
    made = ready(office, "P" + "O" * 21, conclude=False)
    made.write()
    refused = statements.sign(
        office.scope(role, "Pat Moss"), made.case.reference, made.fingerprint, at=made.at
    )
    assert refused is not None
    assert refused.missing == ("permission",)


def _user(name: str, at: datetime) -> int:
    with transaction() as session:
        user = User(
            email=f"{name}@northmoor.example",
            name=name,
            password_hash="x",
            created_at=at,
            password_changed_at=at,
        )
        session.add(user)
        session.flush()
        return user.id


def test_one_person_never_signs_for_both_sides(office: Office) -> None:
    made = ready(office, "P" + "O" * 21, conclude=False)
    made.write()
    grants = frozenset(
        {
            Grant(Role.HEAD, office.authority_id, office.school_id),
            Grant(Role.CME_OFFICER, office.authority_id),
        }
    )
    both = Scope(_user("Jo Hale", made.at), "Jo Hale", grants)
    reference = made.case.reference
    assert statements.sign(both, reference, made.fingerprint, at=made.at) is None
    refused = statements.sign(both, reference, made.fingerprint, at=made.at)
    assert refused is not None
    assert refused.sentences == (statements.SAME_PERSON,)
    namesake = replace(made.officer, user_id=_user("Other", made.at), name="Jo Hale")
    assert statements.sign(namesake, reference, made.fingerprint, at=made.at) is None


def test_a_dsl_who_is_a_cme_officer_too_does_not_sign_for_the_school(office: Office) -> None:
    made = ready(office, "P" + "O" * 21, conclude=False)
    made.write()
    grants = frozenset(
        {
            Grant(Role.DSL, office.authority_id, office.school_id),
            Grant(Role.CME_OFFICER, office.authority_id),
        }
    )
    someone = Scope(None, "Pat Moss", grants)
    assert statements.sign(someone, made.case.reference, made.fingerprint, at=made.at) is None
    found = statements.statement_of(made.case)
    assert found is not None
    assert found.signed_by == {Side.AUTHORITY}


def test_a_signature_is_an_event_of_the_case_with_the_side_and_the_fingerprint(ada: Ready) -> None:
    signed = [event.data for event in ada.case.events if event.kind == "joint.signed"]
    assert [each["side"] for each in signed] == ["school", "authority"]
    assert {each["fingerprint"] for each in signed} == {ada.fingerprint}
    state = cases.state_of(ada.case)
    assert state.signed_by == {Side.SCHOOL, Side.AUTHORITY}


@pytest.mark.parametrize("what", ["corrected", "withdrawn"])
def test_an_enquiry_that_is_corrected_or_withdrawn_makes_the_statement_stale(ada: Ready, what: str) -> None:
    rows = enquiry_records.list_of(ada.office.dsl, ada.case.registration_id)
    row = next(each.row for each in rows if each.step.code == "E11")
    if what == "corrected":
        entry = replace(enquiry_records.entry_of(row), notes="Looked again")
        assert isinstance(enquiries.correct(ada.office.dsl, row.id, entry, "More found", at=ada.at), int)
    else:
        assert isinstance(enquiries.withdraw(ada.office.dsl, row.id, "Another child", at=ada.at), int)
    found = statements.statement_of(ada.case)
    assert found is not None
    assert found.is_stale
    assert "joint-conclusion" in ada.shut()


def test_a_statement_that_is_reopened_is_no_conclusion_and_stays_readable(ada: Ready) -> None:
    before = ada.fingerprint
    blank = statements.reopen(ada.office.dsl, ada.case.reference, " ", at=ada.at)
    assert blank is not None
    assert blank.missing == ("reason",)
    assert statements.reopen(ada.head, ada.case.reference, "A neighbour rang", at=ada.at) is None
    assert ada.office.kinds(ADA)[-1] == "statement.reopened"
    assert statements.statement_of(ada.case) is None
    assert {"no-sickness", "joint-conclusion"} <= set(ada.shut())
    assert store.list_versions(ada.officer, ada.case.id)[0].withdrawn_reason == "A neighbour rang"
    assert ada.write() == 2
    assert ada.fingerprint != before


def test_a_restricted_enquiry_stands_in_the_statement_as_a_date_alone(office: Office) -> None:
    made = ready(office, "P" + "O" * 21, conclude=False)
    made.enquire("E31", DAYS[20], notes="Refuge", restricted=True)
    made.write()
    row = store.find_latest(made.officer, made.case.id)
    assert row is not None
    (kept,) = [each for each in row.content["enquiries"] if each.get("restricted")]
    assert set(kept) == {"id", "side", "on", "restricted"}


def test_no_statement_is_written_for_a_child_who_is_not_absent(office: Office) -> None:
    made = ready(office, "P" + "O" * 21, conclude=False)
    office.submit(DAYS[22:23], {ADA: "P"}, at=after_school(DAYS[22]))
    refused = made.write()
    assert isinstance(refused, Refused)
    assert refused.sentences == (statements.NO_RUN,)


def test_each_side_records_its_own_facts(ada: Ready) -> None:
    entry = FactEntry(False, ada.today, "Kit Lowe")
    for who, kind in ((ada.office.dsl, FactKind.ATTENDANCE_ORDER), (ada.officer, FactKind.NO_OBJECTION)):
        refused = facts_recorded.record(who, ada.case.reference, kind, entry, at=ada.at)
        assert refused is not None
        assert refused.missing == ("permission",)
    kind = FactKind.EXPECTED_BACK
    for who in (ada.office.dsl, ada.officer):
        over = ada.standing_id(kind)
        assert facts_recorded.record(who, ada.case.reference, kind, entry, over=over, at=ada.at) is None


def test_a_form_that_was_opened_earlier_overrules_no_fact_unread(ada: Ready) -> None:
    kind, reference = FactKind.EXPECTED_BACK, ada.case.reference
    over = ada.standing_id(kind)
    newer, older = (FactEntry(holds, ada.today, "Kit Lowe") for holds in (True, False))
    assert facts_recorded.record(ada.officer, reference, kind, newer, over=over, at=ada.at) is None
    refused = facts_recorded.record(ada.office.dsl, reference, kind, older, over=over, at=ada.at)
    assert refused == Refused((facts_recorded.WRITTEN_OVER,), ("over",))
    assert facts_recorded.standing(ada.officer, ada.case)[kind].entry.holds is True


def test_facts_are_appended_and_the_last_stands(ada: Ready) -> None:
    ada.record(FactKind.NO_OBJECTION, False)
    rows = db.session.query(RemovalFact).filter_by(kind="no_objection").all()
    assert len(rows) == 2
    assert facts_recorded.standing(ada.officer, ada.case)[FactKind.NO_OBJECTION].entry.holds is False
    assert ada.office.kinds(ADA)[-1] == "removal_fact.recorded"


def test_the_statement_of_another_authority_is_not_found(ada: Ready, town: object) -> None:
    elsewhere = town.cedar.officer  # type: ignore[attr-defined]
    with pytest.raises(LookupError):
        statements.sign(elsewhere, ada.case.reference, ada.fingerprint, at=ada.at)
    with pytest.raises(LookupError):
        statements.write(elsewhere, ada.case.reference, STATEMENT, at=ada.at)


def test_the_plain_act_makes_no_removal(ada: Ready) -> None:
    refused = ada.office.act(ADA, Action.PROPOSE_REMOVAL, Entry(), at=ada.at)
    assert refused is not None
    assert ada.case.registration.on_roll


@on_both
def test_of_two_who_sign_for_one_side_at_once_one_does(office: Office) -> None:
    made = ready(office, "P" + "O" * 21, conclude=False)
    made.write()
    reference, read, at = made.case.reference, made.fingerprint, made.at
    heads = [replace(office.scope(Role.HEAD, name), user_id=None) for name in ("Jo Hale", "Pat Moss")]
    ended = race(
        office.app,
        *(lambda who=who: statements.sign(who, reference, read, at=at) for who in heads),
    )
    assert sorted(each is None for each in ended) == [False, True]
    signed = [event for event in made.case.events if event.kind == "joint.signed"]
    assert len(signed) == 1
    found = statements.statement_of(made.case)
    assert found is not None
    assert found.signed_by == {Side.SCHOOL}


@on_both
def test_a_mark_between_the_page_and_the_button_is_seen(ada: Ready) -> None:
    read = ada.fingerprint
    assert isinstance(ada.write(replace(STATEMENT, reasons="Once more")), int)
    newer = ada.fingerprint
    assert newer != read
    ada.mark_today("O", "O", at=after_school(ada.today))
    refused = statements.sign(ada.head, ada.case.reference, newer, at=ada.at)
    assert refused is not None
    assert refused.missing[0] == "statement_complete"
