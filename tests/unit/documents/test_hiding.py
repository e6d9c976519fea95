import pytest

from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN
from cme.documents.hiding import Home

REFUGE = Home.protected("12", "High Street", "DL3 9AA")


@pytest.mark.parametrize(
    "text",
    [
        "12 High Street",
        "12, high street",
        "12  HIGH-STREET,",
        "dl3 9aa",
        "DL39AA",
        "to 12 High Street DL3 9AA.",
    ],
)
def test_protected_home_is_taken_out_however_it_is_written(text: str) -> None:
    shown = REFUGE.kept_out_of(f"Visited {text} at noon")
    assert ADDRESS_NOT_SHOWN in shown
    assert "high" not in shown.casefold()
    assert "9aa" not in shown.casefold()
    assert shown.startswith("Visited ")
    assert shown.endswith("at noon")


@pytest.mark.parametrize("text", ["112 High Street", "12 High Streets", "High Street", "DL3 9AB", ""])
def test_other_addresses_stay(text: str) -> None:
    assert REFUGE.kept_out_of(text) == text


def test_home_that_is_not_protected_stays() -> None:
    assert Home().kept_out_of("12 High Street DL3 9AA") == "12 High Street DL3 9AA"


def test_protected_home_of_which_nothing_is_known_hides_nothing_and_is_still_protected() -> None:
    unknown = Home.protected("", "", "")
    assert unknown.is_protected
    assert unknown.kept_out_of("12 High Street") == "12 High Street"


def test_signs_in_an_address_are_read_as_they_are() -> None:
    assert ADDRESS_NOT_SHOWN in Home.protected("The (Old) Mill+", "Mill Lane", "").kept_out_of(
        "the old mill, mill lane"
    )
