"""What is looked for on every page: accessibility, sideways scroll, and anything the browser complains of."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

DESKTOP, TABLET, PHONE, NARROWEST = 1280, 660, 390, 320
"""Widths in CSS pixels. On a tablet tables are still tables and hardly fit.

The narrowest is what is left of 1280 at 400% zoom (WCAG 2.2, 1.4.10).
"""

AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""WCAG 2.2 at AA. Listed one by one: the rules new in 2.2 run only where their tag is asked for."""

_HEIGHT = 900
_START_AXE = f"""{AXE_SCRIPT};
axe.configure({{ checks: [{{ id: "color-contrast", options: {{ ignorePseudo: true }} }}] }});"""
"""Texts near a ::before or ::after are measured too. Axe gives them up otherwise, after most of its time."""

_RUN_AXE = """values => axe
  .run({ runOnly: { type: "tag", values }, resultTypes: ["violations"], preload: false })
  .then(({ violations }) => ({ violations }))"""
"""What could be loaded beforehand is for rules about sound and experiments, which nothing here asks for."""


class Watch:
    """Everything that went wrong in a browser context without the page showing it.

    That is an error on the console (a breach of the content security policy is one), an exception in a
    script, a part of a page that did not load, an answer of 500 or above, and a request to any other host.
    """

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.complaints: list[str] = []
        self._address = address
        context.on("console", self._read_console)
        context.on("weberror", self._read_exception)
        context.on("request", self._read_request)
        context.on("response", self._read_response)

    def _read_console(self, message: ConsoleMessage) -> None:
        # Also said of a page that is answered with 4xx, as it should be; `_read_response` knows them apart.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def _read_exception(self, error: WebError) -> None:
        self.complaints.append(f"exception: {error.error.message}")

    def _read_request(self, request: Request) -> None:
        if not request.url.startswith(f"{self._address}/"):
            self.complaints.append(f"request to another host: {request.url}")

    def _read_response(self, response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.complaints.append(f"{response.status} for {response.url}")


def resize(page: Page, width: int) -> None:
    """Show the page in a window so many CSS pixels wide."""
    page.set_viewport_size({"width": width, "height": _HEIGHT})


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing against WCAG 2.2 AA on the page as it stands."""
    # Axe does not see the bar under a focused link, and takes its colour for all that sets it apart.
    page.evaluate("document.activeElement?.matches('a') && document.activeElement.blur()")
    if not page.evaluate("'axe' in window"):
        page.evaluate(_START_AXE)
    found = AxeResults(page.evaluate(_RUN_AXE, list(AXE_TAGS)))
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def assert_no_sideways_scroll(page: Page) -> None:
    """Assert that the page is no wider than the window; names the elements that stick out."""
    sticking_out: list[str] = page.evaluate(_STICKING_OUT)
    assert not sticking_out, f"{page.url} at {_width(page)}px: {sticking_out}"


def look_over(page: Page, *widths: int) -> None:
    """Assert that the page neither scrolls sideways nor fails axe, at each width in CSS pixels.

    It is left at the first of them. Axe passes over the narrowest: it shows what the phone does.
    """
    page.wait_for_load_state()
    for width in widths:
        resize(page, width)
        assert_no_sideways_scroll(page)
        if width != NARROWEST:
            assert_accessible(page)
    resize(page, widths[0])


def _width(page: Page) -> Any:
    return page.viewport_size["width"] if page.viewport_size else "unknown"


_STICKING_OUT = """() => {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const cut = each => {
    const positioned = getComputedStyle(each).position === "absolute";
    for (let up = each.parentElement; up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX !== "visible" && (!positioned || style.position !== "static")) return true;
    }
    return false;
  };
  const out = [...document.body.querySelectorAll("*")]
    .filter(each => each.getBoundingClientRect().right > clientWidth + 0.5 && !cut(each))
    .map(each => `${each.tagName.toLowerCase()}.${each.className}: ${each.textContent.trim().slice(0, 40)}`);
  return [`${scrollWidth}px wide`, ...out.slice(0, 8)];
}"""
"""How wide the page is and what sticks out of it, apart from what a scroll region cuts off; [] if it fits."""
