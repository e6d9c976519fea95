"""The pages that need no case: help, the accessibility statement, and where people start."""

import re

from cme.access.roles import Role
from tests.people import World
from tests.webclient import WebClient


def test_help_is_open_to_everybody(visitor: WebClient) -> None:
    assert visitor.get("/help").heading == "Help"


def test_accessibility_statement_names_its_standard_and_its_review(visitor: WebClient) -> None:
    page = visitor.get("/accessibility")
    assert "version 2.2 at level AA" in page.words
    assert re.search(r"Reviewed on \d{1,2} [A-Z][a-z]+ \d{4}", page.words)


def test_somebody_without_a_role_starts_at_their_account(world: World) -> None:
    client = world.sign_in_as(None)
    assert client.get("/", status=303).location == "/account"
    assert "You have no role yet" in client.get("/account").words


def test_the_frame_names_who_is_signed_in(world: World) -> None:
    page = world.sign_in_as(Role.DSL, name="Ash Fenner").get("/help")
    assert "Ash Fenner, Designated safeguarding lead" in page.words
    assert page.links["Ash Fenner"] == "/account"
