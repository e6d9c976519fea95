"""A real browser before a real server, with a database of the test's own."""

import atexit
import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_playwright.pytest_playwright import CreateContextCallback

from cme.app import HERE
from tests.e2e.inspection import DESKTOP, PHONE, Watch, look_over, resize
from tests.e2e.live_server import serving
from tests.e2e.town import Town, build
from tests.integration.web.casebook import AT, Casebook
from tests.people import Person, World, web_app
from tests.store import close, lent

NOW = AT + timedelta(hours=3)
"""A Friday at noon, three hours after what the casebook writes."""

QUIETLY = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What lets Chromium run as root and keeps it from calling its maker."""

PATIENCE_MS = 15_000


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep pictures of the pages on which a test failed, in test-results.

    The plugin would do so too, but it first takes a picture of every page of the tests that pass.
    """
    report = yield
    if report.when == "call" and report.failed and "browser" in item.funcargs:
        folder = Path(item.config.option.output, re.sub(r"\W+", "-", item.name))
        pages = [page for context in item.funcargs["browser"].contexts for page in context.pages]
        for number, page in enumerate(pages, 1):
            page.screenshot(path=folder / f"{number}.png")
    return report


def pytest_runtest_setup() -> None:
    """Leave these tests out, in one line of the summary, where nothing could be seen; never in CI."""
    if lack := _find_lack():
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(f"No browser tests: {lack}")


def _find_lack() -> str:
    if not shutil.which("chromium"):
        return "Chromium is not installed"
    if not (HERE / "static" / "build" / "app.css").exists():
        return "the style sheet is not built (make assets)"
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the distribution's browser; none is ever downloaded."""
    return {**browser_type_launch_args, "executable_path": shutil.which("chromium"), "args": list(QUIETLY)}


@pytest.fixture(scope="session", autouse=True)
def tidy_up(_pw_artifacts_folder: TemporaryDirectory[str]) -> None:
    """Remove the plugin's folder in time: a worker of xdist leaves it to the interpreter, which complains."""
    atexit.register(_pw_artifacts_folder.cleanup)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Let every test begin at the same instant."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def world(sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Northmoor, its schools and its people."""
    with lent(web_app, sqlite_url, tmp_path_factory.getbasetemp(), secure_cookies=False) as app:
        yield World(app)


@pytest.fixture
def book(world: World) -> Casebook:
    """The registers and cases of school A."""
    return Casebook(world)


@pytest.fixture(scope="session")
def town(
    sqlite_template: Path, quick_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A place for tests that only read, or send what is refused: it is built once."""
    folder = tmp_path_factory.mktemp("town")
    database = shutil.copy(sqlite_template, quick_folder / "town.sqlite3")
    app = web_app(f"sqlite:///{database}", folder, secure_cookies=False)
    with time_machine.travel(NOW):
        town = build(World(app))
    yield town
    close(app)


@pytest.fixture(scope="session")
def town_address(town: Town) -> Iterator[str]:
    """Where the town's application answers."""
    with serving(town.world.app) as address:
        yield address


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Where the application answers."""
    with serving(world.app) as address:
        yield address


class OpenBrowser(Protocol):
    """Gives the page of a new browser, in which a person may be signed in."""

    def __call__(self, person: Person | None = None, **options: Any) -> Page:
        """`options` are those of a browser context."""


@pytest.fixture
def open_browser(address: str, new_context: CreateContextCallback) -> Iterator[OpenBrowser]:
    """Browsers that are watched: the test fails for whatever any of them complains of."""
    watches: list[Watch] = []

    def open_one(person: Person | None = None, **options: Any) -> Page:
        context = new_context(base_url=address, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE_MS)
        watches.append(Watch(context, address))
        sign_in(context, person, address)
        page = context.new_page()
        resize(page, DESKTOP)
        return page

    yield open_one
    complaints = [complaint for watch in watches for complaint in watch.complaints]
    assert not complaints, "; ".join(complaints)


@pytest.fixture(scope="session")
def town_window(browser: Browser, town_address: str) -> Iterator[tuple[Page, Watch]]:
    """A window that stays open: what every page loads is loaded once, and not again for every test."""
    context = browser.new_context(base_url=town_address, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    watch = Watch(context, town_address)
    yield context.new_page(), watch
    context.close()


@pytest.fixture
def open_in_town(town_window: tuple[Page, Watch], town_address: str) -> Iterator[OpenBrowser]:
    """The window of the town, for one person after the other; it is watched as other browsers are."""
    page, watch = town_window

    def open_it(person: Person | None = None) -> Page:
        sign_in(page.context, person, town_address)
        resize(page, DESKTOP)
        return page

    yield open_it
    page.mouse.move(-1, -1)
    complaints, watch.complaints = watch.complaints, []
    assert not complaints, "; ".join(complaints)


def sign_in(context: BrowserContext, person: Person | None, address: str) -> None:
    """Let the browser be that of the person, or of nobody."""
    context.clear_cookies()
    if person is not None:
        cookie = person.client.flask.get_cookie("cme")
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Assert that a page neither fails axe nor scrolls sideways, on a desk and on a phone."""
    return lambda page: look_over(page, DESKTOP, PHONE)
