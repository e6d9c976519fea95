"""A pupil's home, contacts and flags as the page shows them."""

from types import SimpleNamespace
from typing import Any

import pytest

from cme.casework.safety.restrictions import Restriction, RestrictionKind, Restrictions
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
    contact = SimpleNamespace(id=1, name="", relationship_="", phone=phone, email="")
    (shown,) = present.contacts([contact], Restrictions(), with_notes=False)["contacts"]
    assert shown["phones"] == [{"text": phone, "href": href}]
    assert shown["name"] == "No name given"


def test_flags_come_in_the_order_of_the_catalogue_and_not_at_all_where_unseen() -> None:
    assert [tag["text"] for tag in present.flag_tags(["ehc_plan", "child_protection_plan"])] == [
        "Child protection plan",
        "EHC plan",
    ]
    shown = present.about(registration(), {}, None, home=())
    assert shown["tags"] == []
    assert shown["rows"] == [{"key": "Home", "lines": ["Not on record"]}]


@pytest.mark.parametrize(
    ("with_notes", "phones"), [(True, [{"text": "07700 900001", "href": ""}]), (False, [])]
)
def test_a_barred_contact_stands_apart_and_cannot_be_dialled(
    with_notes: bool, phones: list[dict[str, str]]
) -> None:
    people = [
        SimpleNamespace(id=number, name=name, relationship_="", phone="07700 900001", email="j@example.org")
        for number, name in ((1, "Jo Ferris"), (2, "Pat Ferris"))
    ]
    barring = Restrictions((Restriction(1, RestrictionKind.NO_CONTACT, 1, "Jo Ferris"),))
    shown = present.contacts(people, barring, with_notes=with_notes)
    assert [one["name"] for one in shown["contacts"]] == ["Pat Ferris"]
    (barred,) = shown["barred"]
    assert (barred["name"], barred["phones"]) == ("Jo Ferris", phones)
    assert bool(barred["email"]) is with_notes
