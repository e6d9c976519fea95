"""Offices of three schools on a database of the test's own: SQLite, and PostgreSQL too where it matters."""

import pytest
from flask import Flask

from tests.integration.services.office import Office, Town


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database: SQLite, unless a test is marked `on_both`."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def town(app: Flask) -> Town:
    """Two schools of one authority and one of another, on a database whose context is pushed."""
    return Town(app)


@pytest.fixture
def office(town: Town) -> Office:
    """The office of the first school, which has entered its terms."""
    return town.alder
