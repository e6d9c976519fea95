"""The authority's casework as people do it: from a referral that has arrived to the record of the child.

What the school did before (the register, the referral, its enquiries) is done through the services.
"""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from cme.access.roles import Role
from cme.casework.enquiries.enquiry import Result
from cme.casework.removal.confirming import CHECKS
from cme.casework.removal.recorded import FactEntry, FactKind
from cme.services import enquiries
from cme.services.registers import roll
from cme.services.registers.roll import RollRow
from cme.services.removal import facts_recorded
from cme.store import cases
from cme.store.database import transaction
from importers.roll.entries import ContactEntry, RollEntry
from tests.e2e.conftest import OpenBrowser
from tests.enquiries import entry_for
from tests.integration.web.casebook import AT, Casebook
from tests.people import World

pytestmark = pytest.mark.e2e

LOOK = Callable[[Page], None]

HOME = RollEntry(
    house="12",
    street="High Row",
    town="Darlington",
    postcode="DL1 5QT",
    contacts=(ContactEntry("Mo Arden", "Mother", "07700 900001"),),
)
OF_SCHOOL = {FactKind.DUAL_REGISTERED: False, FactKind.MOBILE_CHILD: False, FactKind.NO_OBJECTION: True}
OF_AUTHORITY = {FactKind.SPECIAL_SCHOOL: False}
ORDER = "9. No school attendance order"


def referred(book: Casebook) -> str:
    """A child absent for 21 days and referred, of whom all is on record but whether an order is in force."""
    reference = book.absent_child("Arden, Ada", 21)
    book.send(reference)
    with book.world.app.app_context():
        case = cases.find_case(book.dsl, reference)
        assert case is not None
        child, school = case.registration_id, case.school_id
        with transaction():
            roll.apply(book.dsl, school, {child: RollRow(HOME)}, (), at=AT)
        made = entry_for("E11", Result.AGENCY_NO_TRACE, next_on=None)
        assert isinstance(enquiries.log(book.dsl, child, made, at=AT), int)
        for scope, facts in ((book.dsl, OF_SCHOOL), (book.officer, OF_AUTHORITY)):
            for kind, holds in facts.items():
                known = FactEntry(holds, AT.date(), "Kit Lowe, office")
                assert facts_recorded.record(scope, reference, kind, known, at=AT) is None
    return reference


def test_a_referral_becomes_a_removal_and_an_entry_of_the_record(
    world: World, book: Casebook, open_browser: OpenBrowser, axe: LOOK
) -> None:
    reference = referred(book)
    world.person(Role.LA_MANAGER, name="Cary Holt")
    officer = open_browser(world.person(Role.CME_OFFICER, name="Jo Brand-Ellery"))
    dsl = open_browser(world.person(Role.DSL, name="Sam Whitlock"))
    head = open_browser(world.person(Role.HEAD, name="Ina Moss"))
    admissions = open_browser(world.person(Role.ADMISSIONS, name="Joy Tremayne"))

    accept(officer, reference, axe)
    ask_housing(officer, axe)
    conclude(officer, axe)
    for page in (head, officer):
        page.goto(f"/cases/{reference}/statement")
        axe(page)
        page.get_by_label("I have read all of the statement above").check()
        page.get_by_role("button", name="Sign the joint statement").click()
        expect(page.get_by_role("alert")).to_be_visible()

    dsl.goto(f"/cases/{reference}/gate")
    expect(dsl.get_by_text(f"Not known: {ORDER}")).to_be_visible()
    axe(dsl)
    propose(dsl, reference)
    expect(dsl.locator(".govuk-error-summary")).to_contain_text(
        "No school attendance order (SI 2024/208 reg 9(1))"
    )
    axe(dsl)
    record_that_no_order_is_in_force(officer, axe)
    dsl.get_by_role("button", name="Propose the removal").click()
    expect(dsl.locator(".govuk-error-summary")).to_contain_text("Somebody else worked on this case")
    dsl.get_by_role("button", name="Propose the removal").click()
    expect(dsl.get_by_role("alert")).to_contain_text("The removal is proposed.")
    axe(dsl)

    confirm(admissions, reference, axe)
    decide(head, reference, axe)
    read_the_record(officer, axe)


def accept(page: Page, reference: str, look: LOOK) -> None:
    """Acknowledge the referral from the queue and take it on, with somebody who covers; end on the case."""
    page.goto("/")
    look(page)
    page.get_by_role("row", name=reference).get_by_role("link", name="Ada Arden").click()
    look(page)
    page.get_by_role("button", name="Acknowledge the referral").click()
    expect(page.get_by_role("alert")).to_contain_text("The referral is acknowledged.")
    page.get_by_role("button", name="Accept the referral").click()
    page.get_by_label("Cover (optional)").select_option("Cary Holt")
    look(page)
    page.get_by_role("button", name="Accept the referral").click()
    expect(page.get_by_role("alert")).to_contain_text("The referral is accepted.")


def ask_housing(page: Page, look: LOOK) -> None:
    """Record that the housing team knows nothing; end on the enquiries."""
    page.get_by_role("link", name="Enquiries", exact=True).click()
    look(page)
    page.locator("#E36").get_by_role("link").first.click()
    look(page)
    page.get_by_label("Time", exact=True).fill("11:15")
    page.get_by_role("group", name="How?").get_by_label("E-mail").check()
    page.get_by_label("Who was told or asked?").fill("Kim Shaw")
    page.get_by_label("Number, e-mail or reference").fill("housing@council.example")
    page.get_by_role("group", name="What came of it?").get_by_label("Nothing is known or was found").check()
    page.get_by_role("button", name="Record the enquiry").click()
    expect(page.get_by_role("alert")).to_contain_text("recorded.")


def conclude(page: Page, look: LOOK) -> None:
    """Write the joint statement; end on it."""
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Joint statement", exact=True).click()
    page.get_by_role("button", name="Write the joint statement").click()
    for label, text in {
        "Where the child is, or what was done to find out": "Not found at any address on record.",
        "The circumstances": "The flat is empty and the phones are dead.",
        "The reasons for that finding": "No note, no message and no mark speaks of illness.",
        "Who found it": "Sam Whitlock, DSL",
        "The reasons for that conclusion, of both sides": "Every lead was followed to its end.",
    }.items():
        page.get_by_label(label, exact=True).fill(text)
    for answer in (
        "No reasonable grounds",
        "The finding answers every",
        "(a) The child could not be located",
    ):
        page.get_by_label(answer).check()
    look(page)
    page.get_by_role("button", name="Save the joint statement").click()
    expect(page.get_by_role("alert")).to_be_visible()


def propose(page: Page, reference: str) -> None:
    """Propose the removal with the return that the records fill in."""
    page.goto(f"/cases/{reference}/removal/propose?ground=i")
    expect(page.get_by_label("Full name of the child")).to_have_value("Ada Arden")
    page.get_by_label("Future address").fill("not known")
    page.get_by_label("New school").fill("not known")
    page.get_by_role("button", name="Propose the removal").click()


def record_that_no_order_is_in_force(page: Page, look: LOOK) -> None:
    """See to the condition that is not met, from the list of conditions; end on it, all met."""
    page.get_by_role("link", name="Removal conditions", exact=True).click()
    page.get_by_role("listitem").filter(has_text=ORDER).get_by_role("link").first.click()
    page.get_by_role("group", name="Answer").get_by_role("radio").last.check()
    page.get_by_label("Who found it out, or said so").fill("Lee Park, attendance team")
    fill_date(page.get_by_role("group", name="When"), date(2026, 11, 20))
    look(page)
    page.get_by_role("button", name="Record this").click()
    expect(page.get_by_text(re.compile(f"^Met: {re.escape(ORDER)}"))).to_be_visible()
    look(page)


def confirm(page: Page, reference: str, look: LOOK) -> None:
    """Look everything up as the admissions team, and confirm."""
    page.goto("/")
    look(page)
    page.get_by_role("row", name=reference).get_by_role("link").click()
    for check in CHECKS.values():
        page.get_by_role("group", name=check).get_by_label("Not found").check()
    page.get_by_role("group", name="Your answer").get_by_role("radio").first.check()
    look(page)
    page.get_by_role("button", name="Record the answer").click()
    expect(page.get_by_role("alert")).to_be_visible()


def decide(page: Page, reference: str, look: LOOK) -> None:
    """Record the removal as the head teacher."""
    page.goto(f"/cases/{reference}/removal")
    expect(page.get_by_text("Not met:")).to_have_count(0)
    look(page)
    page.get_by_role("button", name="Record the removal made today").click()
    expect(page.get_by_text("Removed from the register on Fri 20 Nov 2026.")).to_be_visible()
    look(page)


def read_the_record(page: Page, look: LOOK) -> None:
    """Find the child among those who are on no roll, with the reason."""
    page.goto("/children-missing-education/")
    look(page)
    page.get_by_role("row", name="Ada Arden").get_by_role("link").click()
    expect(page.get_by_role("main")).to_contain_text("Ada Arden")
    expect(page.get_by_text("On no roll")).to_be_visible()
    look(page)


def fill_date(group: Locator, on: date) -> None:
    """Enter a day."""
    for part, value in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        group.get_by_label(part, exact=True).fill(str(value))
