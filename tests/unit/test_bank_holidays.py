"""The catalogue of bank holidays is what the library says, without the library having to be loaded."""

import subprocess
import sys
from datetime import date

from cme import bank_holidays


def test_the_catalogue_is_what_the_library_says() -> None:
    assert bank_holidays.catalogue() == bank_holidays.from_library(), (
        "run: .venv/bin/python -m cme.bank_holidays > cme/data/bank_holidays.csv"
    )


def test_england_has_its_own_days_and_both_of_a_moved_one() -> None:
    england = bank_holidays.england()

    assert {date(2027, 3, 29), date(2027, 8, 30), date(2023, 5, 8)} <= england
    assert {date(2027, 12, day) for day in (25, 26, 27, 28)} <= england
    assert date(2027, 3, 17) not in england


def test_the_library_is_not_loaded_for_its_answer() -> None:
    program = "import sys; from cme.bank_holidays import england; england(); print('holidays' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout == "False\n"
