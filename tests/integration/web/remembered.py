"""A casebook that brings about on a database what came about on the very same one before, by copying it."""

from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from cme import clock
from tests.integration.web.casebook import Casebook
from tests.store import close

Step = tuple[bytes, datetime, str, str]
"""The digest of a database, the time by the clock, and by whom what was done, with every detail."""

_AFTER: dict[Step, bytes] = {}
"""What each step made of its database. A test's time stands still, so its first steps are those of others."""


class RememberedCasebook(Casebook):
    """Only on SQLite, whose database is a file; on another each step is taken anew."""

    def upload(self, *details: Any, **options: Any) -> None:
        self._take("upload", *details, **options)

    def act(self, *details: Any, **options: Any) -> None:
        self._take("act", *details, **options)

    def send(self, *details: Any, **options: Any) -> None:
        self._take("send", *details, **options)

    def write(self, *details: Any, **options: Any) -> None:
        self._take("write", *details, **options)

    def _take(self, name: str, *details: Any, **options: Any) -> None:
        act = getattr(super(), name)
        url = make_url(self.world.app.config["SQLALCHEMY_DATABASE_URI"])
        if url.get_backend_name() != "sqlite":
            act(*details, **options)
            return
        # The last to close writes everything into the one file.
        close(self.world.app)
        file = Path(url.database or "")
        before = blake2b(file.read_bytes()).digest()
        step = (before, clock.now(), repr((self.place, self.at)), repr((name, details, options)))
        if step in _AFTER:
            file.write_bytes(_AFTER[step])
            return
        act(*details, **options)
        close(self.world.app)
        _AFTER[step] = file.read_bytes()
