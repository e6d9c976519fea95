"""Cases at each stage on one Friday at noon."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests.integration.web.casebook import AT, Casebook
from tests.integration.web.remembered import RememberedCasebook
from tests.people import World, web_app
from tests.store import lent


@pytest.fixture
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole application, three hours after what the casebook wrote."""
    with (
        time_machine.travel(AT + timedelta(hours=3), tick=False),
        lent(web_app, database_url, tmp_path_factory.getbasetemp()) as app,
    ):
        yield app


@pytest.fixture
def book(world: World) -> Casebook:
    """The cases of school A."""
    return RememberedCasebook(world)
