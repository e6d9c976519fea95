"""The keyboard alone reaches and works everything, and always shows where it is."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.inspection import DESKTOP, PHONE, TABLET, resize
from tests.e2e.town import Town
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

MOST_STOPS = 200

STOPPING_PAGES = {
    "school": ("the DSL of a school where nobody is absent", "/schools/{calm}/", DESKTOP),
    "busy school": ("the DSL", "/schools/{busy}/", PHONE),
    "uploads": ("the DSL", "/schools/{busy}/uploads", PHONE),
    "upload to check": ("the DSL", "/uploads/{checked}", DESKTOP),
    "upload held": ("the DSL of a new school", "/uploads/{first}", PHONE),
    "upload of mixed rows": ("the DSL of a messy school", "/uploads/{mixed}", DESKTOP),
    "rows that wait": ("the DSL of a messy school", "/uploads/{mixed}/rows", PHONE),
    "columns": ("the DSL of a messy school", "/uploads/{unmapped}/columns", PHONE),
    "own codes": ("the DSL of a messy school", "/schools/{messy}/codes", PHONE),
    "register to fill in": ("the DSL", "/schools/{busy}/uploads/templates", PHONE),
    "undo": ("the DSL of a messy school", "/uploads/{undoable}/undo", DESKTOP),
    "calendar": ("the DSL of a new school", "/schools/{new}/calendar", PHONE),
    "date to add": ("the DSL of a new school", "/schools/{new}/calendar/entry", DESKTOP),
    "pupil": ("the DSL", "/pupils/{child_draft}", PHONE),
    "case": ("the DSL", "/cases/{draft}", PHONE),
    "review": ("the DSL", "/cases/{enquiries}/review", DESKTOP),
    "close": ("the DSL", "/cases/{enquiries}/close", PHONE),
    "referral": ("the DSL", "/cases/{draft}/referral", DESKTOP),
    "calls": ("the office that looks for children", "/schools/{following}/calls", PHONE),
    "visit": ("the DSL who looks for children", "/cases/{looked_for}/enquiries/log?step=E18", PHONE),
    "urgent cards": ("the DSL who looks for children", "/cases/{flagged}/urgent", PHONE),
    "part of a referral": ("the DSL", "/cases/{draft}/referral/family", PHONE),
    "queue": ("the officer", "/queue?sort=reference", DESKTOP),
    "queue on a phone": ("the officer", "/queue?sort=reference", PHONE),
}
"""Pages that are walked through: whose browser, which address, and how wide the window is."""

WIDE_PAGES = (
    ("the DSL", "/schools/{busy}/", TABLET),
    ("the DSL", "/uploads/{approved}", TABLET),
    ("the DSL of a messy school", "/uploads/{mixed}", TABLET),
    ("the DSL", "/pupils/{child_draft}", TABLET),
    ("the DSL", "/account", PHONE),
)
"""Pages with a table that is wider than such a window."""


@pytest.fixture
def open_browser(open_in_town: OpenBrowser) -> OpenBrowser:
    """Nothing here is changed, so all look at the town through one window."""
    return open_in_town


def test_signing_in(town: Town, open_browser: OpenBrowser) -> None:
    dsl = town.person("the DSL")
    assert dsl is not None
    page = open_browser()
    page.goto("/")

    tab_to(page, page.get_by_label("Email address"))
    page.keyboard.type(dsl.email)
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Alder Grove School")


def test_the_skip_link_comes_first_and_leads_past_the_frame(town: Town, open_browser: OpenBrowser) -> None:
    page = open_browser(town.person("the DSL"))
    page.goto(town.path("/schools/{busy}/uploads"))
    skip_link = page.get_by_role("link", name="Skip to main content")

    page.keyboard.press("Tab")
    expect(skip_link).to_be_focused()
    expect(skip_link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")

    expect(page.locator("main :focus")).to_have_count(1)


@pytest.mark.parametrize("name", STOPPING_PAGES)
def test_every_stop_comes_in_order_and_is_seen(town: Town, open_browser: OpenBrowser, name: str) -> None:
    who, where, width = STOPPING_PAGES[name]
    page = open_browser(town.person(who))
    resize(page, width)
    page.goto(town.path(where))

    stops: list[str] = page.evaluate(_REMEMBER_STOPS)
    assert len(stops) >= 9
    for number, stop in enumerate(stops):
        page.keyboard.press("Tab")
        found: dict[str, Any] = page.evaluate(_FOCUSED)
        assert found == {"number": number, "is_marked": True, "is_in_sight": True}, (stop, found)


def test_a_wide_table_is_scrolled_with_the_arrows(town: Town, open_browser: OpenBrowser) -> None:
    page = open_browser(town.person("the DSL"))
    resize(page, TABLET)
    page.goto(town.path("/schools/{busy}/"))
    region = page.get_by_role("region", name="Absent pupils by run")

    tab_to(page, region)
    page.keyboard.press("ArrowRight")

    assert region.evaluate(_SCROLLS)
    assert page.evaluate("window.scrollX") == 0


@pytest.mark.parametrize(("who", "where", "width"), WIDE_PAGES)
def test_whatever_scrolls_sideways_takes_the_focus(
    town: Town, open_browser: OpenBrowser, who: str, where: str, width: int
) -> None:
    page = open_browser(town.person(who))
    resize(page, width)
    page.goto(town.path(where))
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    regions: list[list[Any]] = page.evaluate(_SCROLL_REGIONS)

    assert regions
    assert all(takes_focus and label for takes_focus, label in regions), regions


def test_sorting_and_filtering_the_queue(town: Town, open_browser: OpenBrowser) -> None:
    page = open_browser(town.person("the officer"))
    page.goto("/queue")

    tab_to(page, page.get_by_role("link", name="sort by return run, ascending"))
    page.keyboard.press("Enter")
    heading = page.get_by_role("columnheader", name="Return run")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    runs = [int(text) for text in page.locator("tbody .govuk-table__cell--numeric").all_inner_texts()]
    assert len(set(runs)) > 1
    assert runs == sorted(runs)

    tab_to(page, page.get_by_label("Eligible for decision"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader")).to_contain_text([town.path("{decision}")])
    expect(heading).to_have_attribute("aria-sort", "ascending")


def test_approving_what_is_held(town: Town, open_browser: OpenBrowser) -> None:
    page = open_browser(town.person("the DSL of a new school"))
    page.goto(town.path("/uploads/{first}"))

    tab_to(page, page.get_by_label("I have checked this, and it is right").first)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Approve and import"))
    page.keyboard.press("Enter")

    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    tab_to(page, summary.get_by_role("link", name="Type 12 to confirm"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Type the number of pupils")).to_be_focused()
    expect(page.get_by_label("I have checked this, and it is right").first).to_be_checked()


def test_saying_who_a_pupil_is(town: Town, open_browser: OpenBrowser) -> None:
    page = open_browser(town.person("the DSL of a messy school"))
    page.goto(town.path("/uploads/{mixed}/rows"))
    choices = page.get_by_role("group", name="Who is this?").first

    tab_to(page, choices.get_by_role("radio").first)
    for _ in range(choices.get_by_role("radio").count() - 2):
        page.keyboard.press("ArrowDown")
    expect(choices.get_by_label("Leave this row out")).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Keep these decisions"))
    page.keyboard.press("Enter")

    link = page.locator(".govuk-error-summary").get_by_role("link", name="Enter why the row is left out")
    tab_to(page, link)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Why is the row left out?").first).to_be_focused()


def test_showing_the_filter_on_a_small_screen(town: Town, open_browser: OpenBrowser) -> None:
    page = open_browser(town.person("the officer"))
    resize(page, PHONE)
    page.goto("/queue?sort=reference")
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
