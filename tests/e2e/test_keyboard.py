"""The keyboard alone reaches and works everything, and always shows where it is."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from cme.access.roles import Role
from tests.e2e.conftest import OpenBrowser
from tests.e2e.inspection import DESKTOP, PHONE, resize
from tests.integration.web.casebook import Casebook
from tests.people import PASSWORD, World

pytestmark = pytest.mark.e2e

MOST_STOPS = 80

STOPPING_PAGES = {
    "school": (Role.DSL, "/schools/8412001/"),
    "uploads": (Role.DSL, "/schools/8412001/uploads"),
    "pupil": (Role.DSL, "/pupils/2"),
    "case": (Role.DSL, "/cases/{reference}"),
    "review": (Role.DSL, "/cases/{reference}/review"),
    "close": (Role.DSL, "/cases/{reference}/close"),
    "referral": (Role.DSL, "/cases/{draft}/referral"),
    "queue": (Role.CME_OFFICER, "/queue"),
}


def test_signing_in(world: World, open_browser: OpenBrowser) -> None:
    dsl = world.person(Role.DSL)
    page = open_browser()
    page.goto("/")

    tab_to(page, page.get_by_label("Email address"))
    page.keyboard.type(dsl.email)
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Alder Grove School")


def test_the_skip_link_comes_first_and_leads_past_the_frame(world: World, open_browser: OpenBrowser) -> None:
    page = open_browser(world.person(Role.DSL))
    page.goto("/schools/8412001/uploads")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")

    expect(page.locator("main :focus")).to_have_count(1)


@pytest.mark.parametrize("name", STOPPING_PAGES)
def test_every_stop_comes_in_order_and_is_seen(
    world: World, book: Casebook, open_browser: OpenBrowser, name: str
) -> None:
    reference, draft = book.reviewed(), book.referral_draft()
    book.referred()
    role, where = STOPPING_PAGES[name]
    page = open_browser(world.person(role))
    page.goto(where.format(reference=reference, draft=draft))

    for width in (DESKTOP, PHONE):
        resize(page, width)
        stops: list[str] = page.evaluate(_REMEMBER_STOPS)
        assert len(stops) > 5
        for number, stop in enumerate(stops):
            page.keyboard.press("Tab")
            found: dict[str, Any] = page.evaluate(_FOCUSED)
            assert found == {"number": number, "is_marked": True, "is_in_sight": True}, (stop, width, found)
        page.reload()


def test_a_wide_table_is_scrolled_with_the_arrows(
    world: World, book: Casebook, open_browser: OpenBrowser
) -> None:
    book.referred()
    page = open_browser(world.person(Role.DSL))
    resize(page, PHONE)
    page.goto("/schools/8412001/")
    region = page.get_by_role("region", name="Absent pupils by run")

    tab_to(page, region)
    page.keyboard.press("ArrowRight")

    assert region.evaluate(_SCROLLS)
    assert page.evaluate("window.scrollX") == 0


def test_whatever_scrolls_sideways_takes_the_focus(
    world: World, book: Casebook, open_browser: OpenBrowser
) -> None:
    reference = book.referred()
    dsl, officer = world.person(Role.DSL), world.person(Role.CME_OFFICER)
    scrolling = 0
    for person, where in (
        (dsl, "/schools/8412001/"),
        (dsl, "/schools/8412001/uploads"),
        (dsl, "/pupils/2"),
        (dsl, "/uploads/1"),
        (dsl, "/account"),
        (officer, f"/cases/{reference}"),
        (officer, "/queue"),
    ):
        page = open_browser(person)
        resize(page, PHONE)
        page.goto(where)
        expect(page.get_by_role("main")).to_be_visible()
        regions: list[list[Any]] = page.evaluate(_SCROLL_REGIONS)
        scrolling += len(regions)
        assert all(takes_focus and label for takes_focus, label in regions), (where, regions)
    assert scrolling >= 4


def test_sorting_and_filtering_the_queue(world: World, book: Casebook, open_browser: OpenBrowser) -> None:
    longer, shorter = book.decision(), book.referred()
    page = open_browser(world.person(Role.CME_OFFICER))
    page.goto("/queue")

    tab_to(page, page.get_by_role("link", name="sort by return run, ascending"))
    page.keyboard.press("Enter")
    heading = page.get_by_role("columnheader", name="Return run")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("rowheader")).to_contain_text([shorter, longer])

    tab_to(page, page.get_by_label("Eligible for decision"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader")).to_contain_text([longer])
    expect(heading).to_have_attribute("aria-sort", "ascending")


def test_showing_the_filter_on_a_small_screen(
    world: World, book: Casebook, open_browser: OpenBrowser
) -> None:
    book.referred()
    page = open_browser(world.person(Role.CME_OFFICER))
    resize(page, PHONE)
    page.goto("/queue")

    expect(page.get_by_role("button", name="Apply filters")).to_be_hidden()
    tab_to(page, page.get_by_role("button", name="Show filters"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Hide filters")).to_have_attribute("aria-expanded", "true")
    tab_to(page, page.get_by_role("button", name="Apply filters"))


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if target.evaluate("each => each === document.activeElement"):
            return
    pytest.fail(f"Tab does not lead to {target}")


_REMEMBER_STOPS = """() => {
  const traits = ["outlineStyle", "boxShadow", "backgroundColor"];
  const drawn = (each, part) => traits.map(name => getComputedStyle(each, part)[name]);
  // The box of a radio button or checkbox is drawn by its label.
  window.drawing = each => [each, each.nextElementSibling]
    .filter(Boolean)
    .flatMap(one => [null, "::before", "::after"].map(part => drawn(one, part)))
    .join();
  const isTheOneOfItsGroup = each => {
    const group = [...document.getElementsByName(each.name)];
    return each === (group.find(one => one.checked) ?? group[0]);
  };
  const canStop = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  window.stops = [...document.querySelectorAll(canStop)]
    .filter(each => !each.disabled && each.checkVisibility())
    .filter(each => each.type !== "radio" || isTheOneOfItsGroup(each));
  window.atRest = new Map(stops.map(each => [each, drawing(each)]));
  return stops.map(each => each.outerHTML.slice(0, 120));
}"""
"""Note everything that Tab should stop at, in the order of the page, and how each is drawn at rest."""

_FOCUSED = """() => {
  const each = document.activeElement;
  const box = each.getClientRects()[0];
  const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
  const x = middle(box.left, box.right, innerWidth), y = middle(box.top, box.bottom, innerHeight);
  const top = document.elementFromPoint(x, y);
  const isPartOfIt = each.contains(top) || [...(each.labels ?? [])].includes(top);
  return {
    number: stops.indexOf(each),
    is_marked: drawing(each) !== atRest.get(each),
    is_in_sight: top !== null && (isPartOfIt || top.contains(each)),
  };
}"""
"""Which stop has the focus, whether that shows, and whether nothing lies on top of it."""

_SCROLLS = """each => new Promise(done => {
  const look = left => each.scrollLeft > 0 || left === 0
    ? done(each.scrollLeft > 0) : requestAnimationFrame(() => look(left - 1));
  look(120);
})"""
"""Whether the element has been scrolled sideways, or is within 120 frames."""

_SCROLL_REGIONS = """() => [...document.querySelectorAll("body *")]
  .filter(each => each.scrollWidth > each.clientWidth)
  .filter(each => ["auto", "scroll"].includes(getComputedStyle(each).overflowX))
  .map(each => [each.tabIndex === 0, each.getAttribute("aria-label") ?? ""])"""
"""Of each element that scrolls sideways: whether it takes the focus, and its name."""
