"""An application on a database of its own, for each kind of database."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.store import lent, store_app


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """An application whose context is pushed, so that `transaction()` and queries work at once."""
    with lent(store_app, database_url) as app, app.app_context():
        yield app
