"""A pupil's home, contacts and flags as the page shows them."""

from types import SimpleNamespace
from typing import Any

import pytest

from cme.web.presenters import roll as present
from importers.roll.entries import ADDRESS, address_lines


def registration(**about: Any) -> SimpleNamespace:
    pupil = dict.fromkeys(ADDRESS, "") | {"sex": "", "former_upn": None} | about
    return SimpleNamespace(pupil=SimpleNamespace(**pupil), starting_on=None, leaving_on=None)


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        (("12", "High Street", "", "Northmoor", "", "DL1 5QT"), ["12 High Street", "Northmoor", "DL1 5QT"]),
        (("Flat 3, The Mill", "High Street", "", "", "", ""), ["Flat 3, The Mill", "High Street"]),
        (("12a", "", "", "", "", ""), ["12a"]),
        (("", "", "", "", "", ""), []),
    ],
)
def test_an_address_stands_as_on_an_envelope(parts: tuple[str, ...], lines: list[str]) -> None:
    assert address_lines(parts) == lines


@pytest.mark.parametrize(
    ("phone", "href"),
    [
        ("07700 900001", "tel:07700900001"),
        ("+44 7700 900001", "tel:+447700900001"),
        ("960001", ""),
        ("ask", ""),
    ],
)
def test_only_a_whole_number_is_dialled(phone: str, href: str) -> None:
    contact = SimpleNamespace(name="", relationship_="", phone=phone, email="")
    (shown,) = present.about(registration(), [contact], None)["contacts"]
    assert shown["phones"] == [{"text": phone, "href": href}]
    assert shown["name"] == "No name given"


def test_flags_come_in_the_order_of_the_catalogue_and_not_at_all_where_unseen() -> None:
    assert [tag["text"] for tag in present.flag_tags(["ehc_plan", "child_protection_plan"])] == [
        "Child protection plan",
        "EHC plan",
    ]
    assert present.about(registration(), [], None)["tags"] == []
    assert present.about(registration(), [], None)["rows"] == [{"key": "Home", "lines": ["Not on record"]}]
