"""A progress bar for long work, on a terminal only."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

T = TypeVar("T")


@contextmanager
def progress(items: Iterable[T], label: str, *, length: int | None = None) -> Iterator[Iterator[T]]:
    """The items one by one, with a bar and the time left on standard error where that is a terminal.

    `length` is how many there are, where the items do not know it themselves.
    """
    if not sys.stderr.isatty():
        yield iter(items)
        return
    with click.progressbar(items, length=length, label=label, file=sys.stderr) as bar:
        yield iter(bar)
