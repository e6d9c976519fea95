"""What the other tests look for on every page is seen when it is there."""

import pytest
from playwright.sync_api import Page
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.e2e.inspection import Watch, assert_accessible, assert_no_sideways_scroll

pytestmark = pytest.mark.e2e


@pytest.fixture
def watched(address: str, new_context: CreateContextCallback) -> tuple[Page, Watch]:
    """A page in order, and what is noted of it."""
    context = new_context()
    watch = Watch(context, address)
    page = context.new_page()
    page.goto(f"{address}/help")
    assert watch.complaints == []
    return page, watch


def test_a_page_that_axe_objects_to(watched: tuple[Page, Watch]) -> None:
    page, _ = watched
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")

    with pytest.raises(AssertionError, match="button-name"):
        assert_accessible(page)


def test_a_page_wider_than_the_window(watched: tuple[Page, Watch]) -> None:
    page, _ = watched
    page.evaluate("document.querySelector('h1').style.width = '2000px'")

    with pytest.raises(AssertionError, match=r"2\d{3}px wide.*h1"):
        assert_no_sideways_scroll(page)


def test_a_style_that_the_content_security_policy_forbids(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')")

    assert_noted(page, watch, "Content Security Policy")


def test_an_exception_in_a_script(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.evaluate("setTimeout(() => { throw new Error('out of order') })")

    assert_noted(page, watch, "out of order")


def test_a_part_of_a_page_that_is_missing(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.evaluate("fetch('/static/missing.css').then(answer => answer.text())")

    assert_noted(page, watch, "404 for ")


def test_a_request_to_another_host(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    # Any other port is another host; the policy of our own pages would stop the request before it is made.
    page.goto("data:text/html,<img src='http://localhost:9/'>")

    assert_noted(page, watch, "request to another host")


def assert_noted(page: Page, watch: Watch, words: str) -> None:
    """Assert that a complaint with these words has been noted, once the page had the time to be drawn."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert any(words in complaint for complaint in watch.complaints), watch.complaints
