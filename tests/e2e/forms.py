"""The long forms of the casework, filled in as a person does."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from cme.casework.referral.answers import TYPED, ReferralField, Section, Shape
from tests.referrals import answer_to


def sign_review(page: Page, *, decision: str, reason: str) -> None:
    """Sign the DSL's review that is open: nothing is known for sure, and the risk is high."""
    page.get_by_role("button", name="Answer the rest").click()
    expect(page.get_by_text("Nothing is signed yet: check them, then sign.")).to_be_visible()
    page.get_by_role("group", name="How high do you rate the risk?").get_by_label("High").check()
    page.get_by_label(decision).check()
    page.get_by_label("Reason", exact=True).fill(reason)
    page.get_by_role("button", name="Sign the review").click()


def write_referral(page: Page, look: Callable[[Page], None]) -> None:
    """Fill in what must be answered, section by section; begin and end on the page of the whole referral."""
    page.get_by_role("link", name="Change about this referral").click()
    for section in Section:
        asked = [each for each in TYPED if each.section is section]
        if not asked:
            continue
        look(page)
        for each in asked:
            if each.starred and each.only_if is None:
                _answer(page, each)
        page.get_by_role("button", name="Save and go on").click()
        expect(page.get_by_text("Saved. Nothing has been sent yet.")).to_be_visible()


def _answer(page: Page, field: ReferralField) -> None:
    if field.rows:
        row = page.get_by_role("group", name=f"{field.row_name} 1", exact=True)
        for part in field.rows:
            if part.starred:
                _fill(row, part)
    elif field.may_be_unknown and not field.choices:
        page.get_by_label(f"Not known: {field.label}").check()
    else:
        _fill(page, field)


def _fill(place: Page | Locator, field: ReferralField) -> None:
    if field.shape is Shape.DECLARATION:
        place.get_by_label(field.hint).check()
        return
    radios = place.get_by_role("group", name=field.label).get_by_role("radio")
    if field.choices and radios.count():
        radios.first.check()
    elif field.choices:
        place.get_by_label(field.label).select_option(index=1)
    else:
        place.get_by_label(field.label, exact=True).fill(str(answer_to(field)))
