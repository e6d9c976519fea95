"""Hiding the figures of few children: no total gives a hidden number back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.casework.small_cells import SMALLEST, Share, is_small, protect

TABLES = st.lists(st.integers(0, 9), min_size=1, max_size=6)


def labelled(numbers: list[int]) -> dict[str, int]:
    return {f"group {index}": number for index, number in enumerate(numbers)}


@given(TABLES)
def test_what_is_hidden_cannot_be_worked_out(numbers: list[int]) -> None:
    table = labelled(numbers)
    found = protect(sum(numbers), {"one": table})
    shown = list(found.tables["one"].values())
    hidden = [label for label, number in found.tables["one"].items() if number is None]
    assert not any(number is not None and is_small(number) for number in shown)
    if found.total is None:
        assert set(shown) <= {None, 0}
        return
    if hidden:
        left = sum(table[label] for label in hidden)
        assert left >= SMALLEST
        assert len(hidden) > 1
        # Somebody who knows the rules: nobody is told as none as long as any group is told at all, and all
        # hidden groups could be few.
        least = 1 if len(hidden) < len(shown) and left >= len(hidden) else 0
        assert left > least * len(hidden)
        most = (SMALLEST - 1) * len(hidden)
        assert left != most or max(table[label] for label in hidden) >= SMALLEST


@given(TABLES, st.integers(0, 5))
def test_a_hidden_total_is_hidden_by_every_table(numbers: list[int], place: int) -> None:
    total = sum(numbers)
    cut = min(place, len(numbers))
    halves = {"first": sum(numbers[:cut]), "rest": sum(numbers[cut:])}
    found = protect(total, {"one": labelled(numbers), "two": halves})
    if found.total is None:
        for table in found.tables.values():
            assert all(number in (None, 0) for number in table.values())
    for table in found.tables.values():
        if None not in table.values():
            assert sum(number or 0 for number in table.values()) == (found.total or 0)


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([0, 0], [0, 0]),
        ([10, 0], [10, 0]),
        ([10, 3], [None, None]),
        ([10, 20, 3], [None, 20, None]),
        ([20, 10, 3], [20, None, None]),
        ([0, 10, 3], [0, None, None]),
        ([0, 4, 4], [None, None, None]),
        ([9, 4, 4], [None, None, None]),
        ([9, 3, 5], [9, None, None]),
        ([10, 2, 2], [None, None, None]),
        ([10, 3, 4], [10, None, None]),
        ([1, 1, 1, 1, 1, 0], [None] * 6),
        ([5, 5], [5, 5]),
    ],
)
def test_cells_that_are_hidden_with_the_small_ones(numbers: list[int], shown: list[int | None]) -> None:
    found = protect(sum(numbers), {"one": labelled(numbers)})
    assert list(found.tables["one"].values()) == shown
    assert found.total == sum(numbers)


def test_a_small_total_is_hidden_with_all_that_make_it_up() -> None:
    found = protect(4, {"one": {"a": 4, "b": 0}})
    assert found.total is None
    assert found.tables == {"one": {"a": None, "b": 0}}
    assert protect(4, {}).total is None


def test_tables_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="does not add up"):
        protect(5, {"one": {"a": 4}})


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(0, 0, None), (2, 4, None), (3, 10, None), (7, 10, None), (5, 10, 50), (10, 10, 100), (0, 10, 0)],
)
def test_a_share_is_told_where_neither_it_nor_the_rest_is_few(
    part: int, whole: int, percent: int | None
) -> None:
    assert Share(part, whole).percent == percent
