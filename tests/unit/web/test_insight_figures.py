"""What the page of measures and its file show: no hidden number can be worked out from the others."""

from datetime import date
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from cme.casework.measures import AGES, measure
from cme.casework.small_cells import Share, is_small, protect
from cme.casework.stages import OPEN_STAGES, Stage
from cme.services.insight import ITEMS, Insight
from cme.web.presenters.insight import figures_table, insight_page

FILLED = (Stage.ENQUIRIES, Stage.REFERRED, Stage.REMOVED)
_PENDING = "Pupil files (CTF) not uploaded after a day"


def shown(numbers: list[int], pending: int, items: list[int]) -> dict[tuple[str, str], str]:
    """The rows of the file, by measure and group."""
    stages = dict.fromkeys((stage.label for stage in OPEN_STAGES), 0)
    stages |= {stage.label: number for stage, number in zip(FILLED, numbers, strict=True)}
    asked = {f"E{index:02}": number for index, number in enumerate(items, 1)}
    total = sum(numbers)
    page = insight_page(
        Insight(
            since_on=date(2026, 9, 1),
            open_cases=protect(
                total, {"Stage": stages, "Open for": dict.fromkeys(AGES, 0) | {next(iter(AGES)): total}}
            ),
            measures=measure([], date(2026, 11, 20)),
            returned_items=protect(sum(items), {ITEMS: asked}),
            stated=Share(0, 0),
            ctf_pending=pending,
            rechecks_overdue=0,
        )
    )
    return {(measure_, group): value for measure_, group, value in figures_table(page)}


@given(st.tuples(*[st.integers(0, 9)] * 3), st.data())
def test_no_stage_is_given_back_by_its_total_or_by_a_part_of_it(
    numbers: tuple[int, ...], data: st.DataObject
) -> None:
    pending = data.draw(st.integers(0, numbers[-1]))
    rows = shown(list(numbers), pending, [])
    total = rows["Open cases", ""]
    cells = [rows["Open cases by stage", stage.label] for stage in FILLED]
    assert not any(cell.isdecimal() and is_small(int(cell)) for cell in (total, *cells))
    hidden = [index for index, cell in enumerate(cells) if cell == "Hidden"]
    if total == "Hidden" or not hidden:
        return
    told = rows[_PENDING, ""]
    least = int(told) if told.isdecimal() else 0
    left = int(total) - sum(int(cell) for cell in cells if cell != "Hidden")
    possible = [
        guess
        for guess in product(range(left + 1), repeat=len(hidden))
        if sum(guess) == left and (2 not in hidden or guess[hidden.index(2)] >= least)
    ]
    for index in range(len(hidden)):
        assert len({guess[index] for guess in possible}) > 1


@given(st.integers(5, 20), st.data())
def test_a_part_of_a_stage_gives_the_rest_of_it_not_back(removed: int, data: st.DataObject) -> None:
    pending = data.draw(st.integers(5, removed))
    rows = shown([0, 9, removed], pending, [])
    if rows[_PENDING, ""] != "Hidden":
        assert not is_small(removed - pending)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_no_item_that_was_asked_for_stands_hidden_alone(items: list[int]) -> None:
    rows = shown([0, 0, 0], 0, items)
    cells = [value for (title, _), value in rows.items() if title == "What returned referrals lacked"]
    assert not any(cell.isdecimal() and is_small(int(cell)) for cell in cells)
    assert cells.count("Hidden") != 1 or len(cells) == 1
