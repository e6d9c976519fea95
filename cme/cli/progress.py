"""A progress bar for long work, on a terminal only."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click

T = TypeVar("T")


@contextmanager
def progress(items: Sequence[T], label: str) -> Iterator[Iterator[T]]:
    """The items one by one, with a bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        yield iter(items)
        return
    with click.progressbar(items, label=label, file=sys.stderr) as bar:
        yield iter(bar)
