"""A casebook that brings about on a database what came about on the very same one before, by copying it."""

from typing import Any

from cme import clock
from tests.integration.web.casebook import Casebook
from tests.remembering import remembered


class RememberedCasebook(Casebook):
    """A test's time stands still, so its first steps are those of others."""

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
        what = (clock.now(), self.place, self.at, name, details, options)
        remembered(self.world.app, what, lambda: act(*details, **options))
