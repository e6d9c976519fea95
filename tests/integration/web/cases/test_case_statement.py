"""The joint statement of a case: read, written, signed, taken back and printed."""

from datetime import UTC, datetime

import pytest

from cme.access.roles import Role
from cme.casework.enquiries.enquiry import Result
from cme.services import enquiries
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.tables import AuditEntry, Enquiry, JointStatement
from tests.enquiries import entry_for
from tests.integration.web.casebook import AT, Casebook
from tests.people import World

DONE_AT = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)

TYPED = {
    "ground": "I",
    "location": "Not found at any address on record",
    "circumstances": "The flat is empty",
    "finding": "none",
    "finding_reasons": "Nobody spoke of illness",
    "finding_by": "Ash Fenner, DSL",
    "answers_everything": "y",
    "limb": "a",
    "reasons": "Every lead was followed",
}


def enquire(world: World, book: Casebook, reference: str, step: str = "E11", **more: object) -> None:
    with world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        result = more.pop("result", Result.AGENCY_NO_TRACE)
        entry = entry_for(step, result, done_at=DONE_AT, next_on=None, **more)
        made = enquiries.log(book.dsl, case.registration_id, entry, at=AT)
        assert isinstance(made, int), made


def enquired(world: World, book: Casebook) -> str:
    """A child eligible for decision, after one enquiry of each side."""
    reference = book.decision()
    enquire(world, book, reference)
    with world.app.app_context(), transaction() as session:
        case = cases.find_case(book.officer, reference)
        assert case is not None
        session.add(
            Enquiry(
                registration_id=case.registration_id,
                step="E36",
                done_at=DONE_AT,
                done_by="Cleo Rowe",
                outcome="agency_no_trace",
                method="email",
                entered_at=AT,
                entered_by="Cleo Rowe",
                entered_role="CME officer",
            )
        )
    return reference


def write(world: World, reference: str, role: Role = Role.DSL, **changed: str) -> None:
    client, path = world.sign_in_as(role), f"/cases/{reference}/statement/write"
    over = client.get(path).form(path)["over"]
    client.post(path, {**TYPED, "over": over, **changed}, status=303)


def sign(world: World, reference: str, role: Role, name: str, *, status: int = 303) -> str:
    client, path = world.sign_in_as(role, name=name), f"/cases/{reference}/statement"
    read = client.get(path).form(f"{path}/sign")["statement_read"]
    return client.post(f"{path}/sign", {"statement_read": read, "confirmed": "y"}, status=status).location


def test_nothing_is_written_at_first_and_either_side_begins(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    page = world.sign_in_as(Role.HEAD).get(f"/cases/{reference}/statement")
    assert "Nobody has written a joint statement in this case yet." in page.words
    assert "statement/write" not in page.html
    for role in (Role.DSL, Role.CME_OFFICER):
        assert "statement/write" in world.sign_in_as(role).get(f"/cases/{reference}/statement").html


def test_both_sides_read_the_same_and_sign_it(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    write(world, reference)
    sign(world, reference, Role.HEAD, "Jo Hale")
    half = world.sign_in_as(Role.CME_OFFICER).get(f"/cases/{reference}/statement").words
    assert "Version 1: not yet signed for the local authority" in half
    sign(world, reference, Role.CME_OFFICER, "Cleo Rowe")
    words = world.sign_in_as(Role.LA_MANAGER).get(f"/cases/{reference}/statement").words
    assert "Version 1: signed for both sides" in words
    assert "Signed for the school Jo Hale, Head teacher" in words
    assert "Signed for the local authority Cleo Rowe, CME officer" in words
    assert (
        "Thu 19 Nov 2026 School records (records looked at) Nothing is known or was found Robin Marsh"
        in words
    )
    assert "Every lead was followed" in words
    gate = world.sign_in_as(Role.DSL).get(f"/cases/{reference}/gate").words
    assert "Met: 8. Joint conclusion, signed by both sides. Limb (a)" in gate
    assert "Met: 6. Not sickness" in gate


def test_what_it_lacks_is_said_and_nobody_can_sign_it(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    write(world, reference, reasons="")
    page = world.sign_in_as(Role.HEAD).get(f"/cases/{reference}/statement")
    assert "What it lacks before anybody can sign it the reasons" in page.words
    assert "statement/sign" not in page.html


def test_a_later_enquiry_makes_it_stale_and_the_page_says_why(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    write(world, reference)
    sign(world, reference, Role.HEAD, "Jo Hale")
    enquire(world, book, reference, "E31")
    page = world.sign_in_as(Role.CME_OFFICER).get(f"/cases/{reference}/statement")
    assert "An enquiry was recorded, corrected or withdrawn." in page.words
    assert "statement/sign" not in page.html


def test_what_was_changed_after_it_was_read_is_not_signed(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    write(world, reference)
    head, path = world.sign_in_as(Role.HEAD), f"/cases/{reference}/statement"
    read = head.get(path).form(f"{path}/sign")["statement_read"]
    write(world, reference, Role.CME_OFFICER, reasons="Something else")
    page = head.post(f"{path}/sign", {"statement_read": read, "confirmed": "y"}, status=422)
    assert page.errors == ["The joint statement was changed after you opened it. Read it again, then sign."]
    assert "Something else" in page.words


def test_nobody_signs_with_one_click(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    write(world, reference)
    head, path = world.sign_in_as(Role.HEAD), f"/cases/{reference}/statement"
    shown = head.get(path)
    assert shown.html.index("Marks day by day") < shown.html.index("statement/sign")
    read = shown.form(f"{path}/sign")["statement_read"]
    page = head.post(f"{path}/sign", {"statement_read": read}, status=422)
    assert page.errors == ["Read the statement, and say that you sign it as it stands"]
    assert "Version 1: not signed yet" in page.words


def test_whoever_signs_sees_what_is_open_and_what_speaks_against_the_conclusion(
    world: World, book: Casebook
) -> None:
    reference = enquired(world, book)
    enquire(world, book, reference, "E31", result=Result.MOVED_NEW_ADDRESS)
    write(world, reference)
    words = world.sign_in_as(Role.HEAD).get(f"/cases/{reference}/statement").words
    assert "The statement says that the child could not be located, and on 19 November 2026" in words
    assert "came to: the family has moved." in words
    assert "The school has not done: home visit" in words
    gate = world.sign_in_as(Role.DSL).get(f"/cases/{reference}/gate").words
    assert "came to: the family has moved." in gate
    assert "Whoever signs or decides knows of them." in gate


def test_what_was_typed_is_kept_where_somebody_else_saved_first(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    dsl, path = world.sign_in_as(Role.DSL), f"/cases/{reference}/statement/write"
    over = dsl.get(path).form(path)["over"]
    write(world, reference, Role.CME_OFFICER, reasons="The officer's words")
    page = dsl.post(path, {**TYPED, "over": over, "reasons": "My words"}, status=409)
    assert "Somebody else saved the joint statement" in page.errors[0]
    assert page.form(path)["reasons"].strip() == "My words"
    assert "The officer's words" in page.words
    dsl.post(path, {**TYPED, "over": page.form(path)["over"], "reasons": "My words"}, status=303)
    assert "My words" in dsl.get(f"/cases/{reference}/statement").words


def test_a_form_that_cannot_be_kept_comes_back_as_it_was_typed(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    dsl, path = world.sign_in_as(Role.DSL), f"/cases/{reference}/statement/write"
    page = dsl.post(path, {**TYPED, "reasons": "x" * 4001}, status=422)
    assert page.form(path)["circumstances"].strip() == "The flat is empty"
    late = dsl.post(path, {**TYPED, "ground": "H"}, status=422)
    assert "Record the leave that was granted" in late.errors[0]


def test_it_is_reopened_with_a_reason_and_stays_readable(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    write(world, reference)
    head, path = world.sign_in_as(Role.HEAD), f"/cases/{reference}/statement/reopen"
    assert head.get(path).heading == "Reopen the joint statement"
    assert head.post(path, {"reason": " "}, status=422).errors == [
        "Enter why the joint statement is reopened."
    ]
    head.post(path, {"reason": "A neighbour rang"}, status=303)
    words = head.get(f"/cases/{reference}/statement").words
    assert "Version 1: reopened, and no longer in force" in words
    assert "A neighbour rang" in words
    assert "The flat is empty" in words
    head.get(path, status=303)


def test_it_is_printed_with_an_entry_in_the_audit_log(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    dsl, path = world.sign_in_as(Role.DSL), f"/cases/{reference}/statement/document"
    dsl.post(path, status=303)
    write(world, reference)
    made = dsl.post(path, status=200)
    assert made.headers["Content-Type"] == "application/pdf"
    assert f"{reference}-joint-statement.pdf" in made.headers["Content-Disposition"]
    assert made.response.data.startswith(b"%PDF")
    with world.app.app_context():
        entry = db.session.query(AuditEntry).filter_by(action="document.made").one()
        assert entry.detail["kind"] == "joint-statement"
        assert entry.detail["accessible"] is True


def test_a_restricted_enquiry_is_shown_as_a_date_alone(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    enquire(world, book, reference, "E31", notes="Refuge in Ashby", restricted=True)
    write(world, reference)
    page = world.sign_in_as(Role.HEAD).get(f"/cases/{reference}/statement")
    assert "Kept for safeguarding staff" in page.words
    assert "Ashby" not in page.words


@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.FRONT_DOOR, Role.ADMISSIONS])
def test_the_statement_is_for_those_who_decide(world: World, book: Casebook, role: Role) -> None:
    world.sign_in_as(role).get(f"/cases/{enquired(world, book)}/statement", status=404)


def test_an_inspector_reads_it_and_takes_nothing_away(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    write(world, reference)
    inspector = world.sign_in_as(Role.INSPECTOR)
    page = inspector.get(f"/cases/{reference}/statement")
    assert "The flat is empty" in page.words
    assert "Download" not in page.words
    inspector.post(f"/cases/{reference}/statement/document", status=404)
    with world.app.app_context():
        assert db.session.query(JointStatement).count() == 1


def test_an_empty_statement_is_kept_without_calling_it_done(world: World, book: Casebook) -> None:
    reference, dsl = enquired(world, book), world.sign_in_as(Role.DSL)
    dsl.post(f"/cases/{reference}/statement/write", {"ground": "I"})
    page = dsl.get(f"/cases/{reference}/statement")
    assert "Success" not in page.words
    assert (
        "Version 1 of the joint statement is saved. Nobody can sign it yet. It lacks: the limb" in page.words
    )


def test_what_somebody_else_wrote_stands_above_the_form(world: World, book: Casebook) -> None:
    reference = enquired(world, book)
    write(world, reference)
    dsl, path = world.sign_in_as(Role.DSL), f"/cases/{reference}/statement/write"
    page = dsl.post(path, {**TYPED, "over": "", "reasons": "Mine"}, status=409)
    html = page.html
    assert html.index("What somebody else saved meanwhile") < html.index('name="reasons"')
    assert html.index("Every lead was followed") < html.index('name="reasons"')


def test_a_box_that_is_not_ticked_stands_among_what_it_lacks(world: World, book: Casebook) -> None:
    reference, dsl = enquired(world, book), world.sign_in_as(Role.DSL)
    dsl.post(f"/cases/{reference}/statement/write", {**TYPED, "answers_everything": ""})
    words = dsl.get(f"/cases/{reference}/statement").words
    assert "that the finding answers every health note, message of a parent and Y7" in words
