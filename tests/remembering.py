"""What came about on a database once, brought about by a copy wherever it would come about again."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar
from zlib import compress, decompress

from flask import Flask, has_app_context
from sqlalchemy import make_url

from cme.store.database import db
from tests.store import close

Result = TypeVar("Result")

LARGE = 1_000_000
"""Bytes. A database beyond has come a way of its own, which nobody takes again."""

_AFTER: dict[tuple[bytes, str], tuple[bytes, Any]] = {}
"""What each step made of its database, and gave, by the digest of the database and what was done."""


def remembered(app: Flask, what: tuple[Any, ...], act: Callable[[], Result]) -> Result:
    """Do what `act` does to the database of the application, and give what it gives: plain values, no rows.

    `what` says what is done, with every detail and the time. Only on SQLite, whose database is a file, and as
    long as that is small; otherwise it is done anew.
    """
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    file = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or file.stat().st_size > LARGE:
        return act()
    _let_go(app)
    step = (blake2b(file.read_bytes()).digest(), repr(what))
    if step in _AFTER:
        after, result = _AFTER[step]
        file.write_bytes(decompress(after))
        return result
    result = act()
    _let_go(app)
    _AFTER[step] = compress(file.read_bytes(), 1), result
    return result


def remembering(method: Callable[..., Result]) -> Callable[..., Result]:
    """The same for whatever a method does of which the details and the school of `office` say everything."""

    @wraps(method)
    def again(self: Any, *details: Any, **options: Any) -> Result:
        office = self.office
        what = (method.__qualname__, office.laestab, details, options)
        return remembered(office.app, what, lambda: method(self, *details, **options))

    return again


def _let_go(app: Flask) -> None:
    """Close every connection: the last one to close writes everything into the one file."""
    if has_app_context():
        db.session.remove()
    close(app)
