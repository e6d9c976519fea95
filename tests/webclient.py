"""A client that states the status it expects and reads every page as a reviewer would."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask, has_app_context, request_tearing_down
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from cme.store.database import db

FIELDS = ("input", "select", "textarea")
UNLABELLED_INPUTS = {"hidden", "submit", "button"}
FORBIDDEN = re.compile(r"GDS Transport|crest|crown\.svg", re.IGNORECASE)
EXTERNAL = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
CSRF_VALUE = re.compile(r'(?<=name="csrf_token" value=")[\w.-]+(?=")')
NONCE = re.compile(r"'nonce-([\w-]+)'")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Page:
    """An answer. Reading `tree` or anything made from it parses the page."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.location = response.headers.get("Location", "")

    @property
    def html(self) -> str:
        return self.response.text

    @cached_property
    def tree(self) -> Element:
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        return parser.parse(self.html)

    @cached_property
    def words(self) -> str:
        """All that the page says, with single spaces."""
        return name_of(self.tree.find("body"))

    @property
    def heading(self) -> str:
        return name_of(self.tree.find(".//h1"))

    @property
    def title(self) -> str:
        return name_of(self.tree.find("head/title"))

    @property
    def links(self) -> dict[str, str]:
        """Where each link leads, by its words."""
        return {name_of(link): link.get("href", "") for link in self.tree.iter("a")}

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        return [name_of(item) for item in self._having_class("govuk-error-summary__list") for item in item]

    def form(self, action: str) -> dict[str, str]:
        """What the form with that action would send as it stands, apart from what is not ticked."""
        form = next(each for each in self.tree.iter("form") if each.get("action") == action)
        return {
            field.get("name", ""): field.get("value", "") if field.tag == "input" else _chosen(field)
            for field in form.iter()
            if field.tag in FIELDS
            and field.get("name")
            and (field.get("type") not in {"radio", "checkbox"} or "checked" in field.attrib)
        }

    def values(self, name: str) -> list[str]:
        """What every field of that name would send if it were ticked."""
        return [field.get("value", "") for field in self.tree.iter("input") if field.get("name") == name]

    def _having_class(self, name: str) -> Iterator[Element]:
        return (each for each in self.tree.iter() if name in each.get("class", "").split())


class WebClient:
    """Flask's client, one per browser. Every call says which status it expects."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.flask: FlaskClient = app.test_client()
        self._left_behind: list[str] = []
        request_tearing_down.connect(self._look_for_changes, app)

    def get(self, path: str, *, status: int = 200, **options: Any) -> Page:
        return self._open("GET", path, status, **options)

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, *, status: int = 303, **options: Any
    ) -> Page:
        """Send a form as a page of ours would, with its CSRF token."""
        filled = {"csrf_token": self.csrf_token(), **(data or {})}
        return self._open("POST", path, status, data=filled, **options)

    def post_as_is(self, path: str, data: Mapping[str, Any], *, status: int, **options: Any) -> Page:
        """Send exactly this, as a page that is not ours would."""
        return self._open("POST", path, status, data=data, **options)

    def request(self, method: str, path: str, *, status: int | None, **options: Any) -> Page:
        """Send anything. Give None as the status only to assert it on the page that comes back."""
        return self._open(method, path, status, **options)

    def csrf_token(self) -> str:
        """A token that fits this browser's session."""
        with self.flask.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        signer = URLSafeTimedSerializer(self.app.config["SECRET_KEY"], salt="wtf-csrf-token")
        return str(signer.dumps(raw))

    def remember(self, token: str) -> None:
        """Hold a session's token, as after a sign-in."""
        with self.flask.session_transaction() as session:
            session["token"] = token

    def _open(self, method: str, path: str, status: int | None, **options: Any) -> Page:
        assert not has_app_context(), "leave the application's context before sending a request"
        self._left_behind.clear()
        scheme = "https" if self.app.config["SESSION_COOKIE_SECURE"] else "http"
        page = Page(
            self.flask.open(path, method=method, base_url=f"{scheme}://localhost", buffered=True, **options)
        )
        assert status in {page.status, None}, f"{method} {path}: {page.status}, not {status}"
        complaints = [*complaints_about_headers(page), *self._left_behind]
        if page.headers.get("Content-Type", "").startswith("text/html") and not 300 <= page.status < 400:
            complaints.extend(_reviewed(page))
        assert not complaints, f"{method} {path}: " + "; ".join(complaints)
        return page

    def _look_for_changes(self, _app: Flask, **_details: Any) -> None:
        if db.session.new or db.session.dirty or db.session.deleted:
            self._left_behind.append("a change was left uncommitted")


def name_of(element: Element | None) -> str:
    """The words inside an element, with single spaces."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _chosen(field: Element) -> str:
    if field.tag == "textarea":
        return (field.text or "").strip()
    chosen = [option for option in field.iter("option") if "selected" in option.attrib]
    return chosen[0].get("value", "") if chosen else ""


def complaints_about_headers(page: Page) -> list[str]:
    """What the headers of any answer lack."""
    found = [
        f"{name} is {page.headers.get(name)}"
        for name, value in HEADERS.items()
        if page.headers.get(name) != value
    ]
    policy = page.headers.get("Content-Security-Policy", "")
    found.extend(
        f"the content security policy lacks {part}"
        for part in ("default-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'")
        if part not in policy
    )
    if "unsafe" in policy:
        found.append("the content security policy allows something unsafe")
    return found


def _reviewed(page: Page) -> tuple[str, ...]:
    """The complaints about a page; whoever has read the same page before need not read it again."""
    key = _without_what_is_random(page)
    if key not in _REVIEWED:
        _REVIEWED[key] = tuple(complaints_about(page))
    return _REVIEWED[key]


_REVIEWED: dict[str, tuple[str, ...]] = {}


def _without_what_is_random(page: Page) -> str:
    """A page apart from its CSRF tokens and from the nonce that its policy names."""
    html = CSRF_VALUE.sub("", page.html)
    if nonce := NONCE.search(page.headers.get("Content-Security-Policy", "")):
        html = html.replace(f'nonce="{nonce[1]}"', "nonce")
    return html


def complaints_about(page: Page) -> list[str]:
    """Everything a reviewer would say of a page of HTML."""
    root = page.tree
    checks = (
        _head, _ids, _fields, _tables, _names, _forms, _scripts, _error_summary, _addresses,
    )  # fmt: skip
    return [complaint for check in checks for complaint in check(root, page)]


def _head(root: Element, page: Page) -> Iterator[str]:
    headings = [name_of(each) for each in root.iter("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"there are {len(headings)} headings of level 1"
    elif not page.title.startswith(("Error: " if page.errors else "") + headings[0]):
        yield "the title does not start with the heading"
    if root.get("lang") != "en":
        yield "the page has no language"
    if FORBIDDEN.search(page.html):
        yield "the page shows what belongs to GOV.UK"


def _ids(root: Element, _page: Page) -> Iterator[str]:
    ids = Counter(each.get("id") for each in root.iter() if each.get("id"))
    yield from (f"the id {each} is used {times} times" for each, times in ids.items() if times > 1)
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for element in root.iter():
            for target in element.get(attribute, "").split():
                if target not in ids:
                    yield f"{attribute} leads to {target}, which is not there"


def _fields(root: Element, _page: Page) -> Iterator[str]:
    labelled = {label.get("for") for label in root.iter("label") if name_of(label)}
    for field in (each for tag in FIELDS for each in root.iter(tag)):
        if field.tag == "input" and field.get("type") in UNLABELLED_INPUTS:
            continue
        if field.get("id") not in labelled and not (field.get("aria-label") or field.get("aria-labelledby")):
            yield f"the field {field.get('name')} has no label"
    for fieldset in root.iter("fieldset"):
        if not name_of(fieldset.find("legend")):
            yield "a fieldset has no legend"


def _tables(root: Element, _page: Page) -> Iterator[str]:
    for table in root.iter("table"):
        caption = name_of(table.find("caption"))
        if not caption:
            yield "a table has no caption"
        if any(
            header.get("scope") not in {"col", "row", "colgroup", "rowgroup"} for header in table.iter("th")
        ):
            yield f"the table {caption} has a header without scope"


def _names(root: Element, _page: Page) -> Iterator[str]:
    places: dict[tuple[str, str], set[str]] = {}
    for element, place in _links_and_buttons(root):
        name = element.get("aria-label") or name_of(element)
        if not name and not any(image.get("alt") for image in element.iter("img")):
            yield f"a {element.tag} has no name"
        places.setdefault((element.tag, name), set()).add(place)
    yield from (
        f"{len(leads)} different {tag}s are called {name!r}"
        for (tag, name), leads in places.items()
        if len(leads) > 1
    )


def _links_and_buttons(root: Element) -> Iterator[tuple[Element, str]]:
    for link in root.iter("a"):
        yield link, link.get("href", "")
    for form in root.iter("form"):
        for button in form.iter("button"):
            what = f"{button.get('name', '')}={button.get('value', '')}" if button.get("name") else ""
            yield button, f"{form.get('action')} {what} {button.get('aria-controls', '')}"


def _forms(root: Element, _page: Page) -> Iterator[str]:
    for form in root.iter("form"):
        action, method = form.get("action"), form.get("method", "get").lower()
        if not action:
            yield "a form has no action"
        names = {field.get("name") for field in form.iter("input")}
        if method == "post" and "csrf_token" not in names:
            yield f"the form to {action} has no CSRF token"
        if method == "get" and "csrf_token" in names:
            yield f"the form to {action} would put its CSRF token in the address"


def _scripts(root: Element, page: Page) -> Iterator[str]:
    policy = page.headers.get("Content-Security-Policy", "")
    for script in root.iter("script"):
        if not script.get("nonce") or f"'nonce-{script.get('nonce')}'" not in policy:
            yield "a script has no nonce, or another one than the policy"
    if any(element.tag == "style" or "style" in element.attrib for element in root.iter()):
        yield "the page has a style of its own"
    if any(name.startswith("on") for element in root.iter() for name in element.attrib):
        yield "the page has a script in an attribute"


def _error_summary(_root: Element, page: Page) -> Iterator[str]:
    for summary in page._having_class("govuk-error-summary"):
        for link in summary.iter("a"):
            target = link.get("href", "").removeprefix("#")
            reached = next((each for each in page.tree.iter() if each.get("id") == target), None)
            if reached is None or not _is_focusable(reached):
                yield f"the error summary leads to {target}, which takes no focus"


def _is_focusable(element: Element) -> bool:
    return (
        element.tag in {*FIELDS, "button"}
        or (element.tag == "a" and bool(element.get("href")))
        or "tabindex" in element.attrib
    )


def _addresses(root: Element, _page: Page) -> Iterator[str]:
    for element in root.iter():
        for attribute in _addresses_of(element):
            if EXTERNAL.match(element.get(attribute, "")):
                yield f"a {element.tag} leads away from this server"


def _addresses_of(element: Element) -> Iterable[str]:
    # A link may lead to another site when it does not say where it comes from.
    if element.tag == "a" and "noreferrer" in element.get("rel", "").split():
        return ()
    return ("src", "srcset", "href", "action", "formaction")
