"""Catalogues that the product ships."""

import csv
from importlib import resources


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a catalogue by their headings, in its order. `name` is its file here: `outcomes.csv`."""
    text = resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
