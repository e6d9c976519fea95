"""What a file would change in what is on record: filled, asked for, or nothing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cme.attendance.codes import Half
from cme.casework.safety.flags import read_flags
from cme.identity.names import compared
from importers.roll.changes import ChangeKind, Effect, KnownRoll, RollChange, marks_outside, roll_changes
from importers.roll.entries import ADDRESS, ContactEntry, RollEntry, in_order
from tests.marks import from_marks

FILL, DIFFERENCE, QUESTION = ChangeKind
ADA = ContactEntry("Ada Bell", "Mother", "07700 900001", "ada@example.org")
BEN = ContactEntry("Ben Bell", "Father", "07700 900002", "ben@example.org")
CAT = ContactEntry("Cat Cole", "Aunt", "07700 900003", "cat@example.org")
HOME = {"house": "12", "street": "High Street", "town": "Northmoor", "postcode": "DL1 5QT"}
MONDAY = date(2026, 11, 9)


def known(*contacts: ContactEntry, **about: Any) -> KnownRoll:
    """What is on record: contacts called 1, 2 and so on, and whatever else is given."""
    ids = tuple(range(1, len(contacts) + 1))
    return KnownRoll(7, RollEntry(contacts=contacts, **about), ids, ids)


def listing(*contacts: ContactEntry, slots: int | None = None) -> RollEntry:
    """A file with these contacts, and room for no more unless said."""
    return RollEntry(contacts=contacts, contact_slots=len(contacts) if slots is None else slots)


def told(changes: Iterable[RollChange]) -> list[tuple[str, ChangeKind, str, str]]:
    return [(one.name, one.kind, one.old, one.new) for one in changes]


def enact(on_record: KnownRoll, changes: Iterable[RollChange]) -> KnownRoll:
    """What is on record once changes are made, as the service makes them."""
    columns = {name: getattr(on_record.entry, name) for name in ("sex", "former_upn", *ADDRESS)}
    dates: dict[str, str | None] = {"starting_on": _iso(on_record.entry.admitted_on)}
    dates["leaving_on"] = _iso(on_record.entry.leaving_on)
    flags = set(on_record.entry.flags)
    held = {
        key: {"position": place, "name": one.name, "relationship": one.relationship, "phone": one.phone}
        | {"email": one.email}
        for key, place, one in zip(
            on_record.contact_ids, on_record.contact_positions, on_record.entry.contacts, strict=True
        )
    }
    for effect in (effect for change in changes for effect in change.effects):
        what, _, rest = effect.target.partition(":")
        if what == "flag":
            (flags.add if effect.new == "yes" else flags.discard)(rest)
        elif effect.target == "contact:new":
            held[max(held, default=0) + 1] = effect.new
        elif what == "contact" and effect.new == "ended" and ":" not in rest:
            del held[int(rest)]
        elif what == "contact":
            key, column = rest.split(":")
            assert held[int(key)][column] == effect.old
            held[int(key)][column] = effect.new
        else:
            target = dates if effect.target in dates else columns
            assert target[effect.target] == effect.old
            target[effect.target] = effect.new
    ids = sorted(held, key=lambda key: (held[key]["position"], key))
    contacts = tuple(
        ContactEntry(**{name: held[key][name] for name in ("name", "relationship", "phone", "email")})
        for key in ids
    )
    entry = RollEntry(
        **columns,
        contacts=contacts,
        flags=in_order(flags),
        admitted_on=_date(dates["starting_on"]),
        leaving_on=_date(dates["leaving_on"]),
    )
    return KnownRoll(
        on_record.registration_id, entry, tuple(ids), tuple(held[key]["position"] for key in ids)
    )


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# One value


def test_a_blank_on_record_is_filled_by_itself() -> None:
    entry = RollEntry(sex="F", former_upn="A1", leaving_on=MONDAY, admitted_on=MONDAY, **HOME)
    assert [(name, kind) for name, kind, _, _ in told(roll_changes(known(), entry))] == [
        ("sex", FILL),
        ("address", FILL),
        ("former_upn", FILL),
        ("starting_on", FILL),
        ("leaving_on", FILL),
    ]


def test_the_same_changes_nothing_and_a_blank_in_the_file_never_erases() -> None:
    about = {"sex": "F", "former_upn": "A1", "leaving_on": MONDAY, "admitted_on": MONDAY, **HOME}
    assert roll_changes(known(ADA, **about), RollEntry(contacts=(ADA,), contact_slots=1, **about)) == ()
    assert roll_changes(known(ADA, flags=("ehc_plan",), **about), RollEntry()) == ()


def test_a_difference_must_be_accepted() -> None:
    on_record = known(sex="M", leaving_on=MONDAY, admitted_on=MONDAY)
    later = MONDAY + timedelta(days=1)
    changes = roll_changes(on_record, RollEntry(sex="F", leaving_on=later, admitted_on=later))
    assert told(changes) == [
        ("sex", DIFFERENCE, "M", "F"),
        ("starting_on", DIFFERENCE, "9 November 2026", "10 November 2026"),
        ("leaving_on", DIFFERENCE, "9 November 2026", "10 November 2026"),
    ]
    assert all(change.asks for change in changes)


def test_the_key_of_a_change_is_of_its_values_and_holds_none_of_them() -> None:
    one, same, other = (
        roll_changes(known(**HOME), RollEntry(street=street))[0]
        for street in ("Elm Road", "Elm Road", "Oak Road")
    )
    assert one.key == same.key != other.key
    assert (
        roll_changes(replace(known(**HOME), registration_id=8), RollEntry(street="Elm Road"))[0].key
        != one.key
    )
    assert "Elm" not in one.key


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("starting_on", "Admission date"),
        ("contact.2", "Contact 2"),
        ("contact.2.email", "Contact 2: e-mail"),
        ("contact_order", "Order of contacts"),
        ("flag.ehc_plan", "EHC plan"),
    ],
)
def test_a_change_is_named_in_words(name: str, label: str) -> None:
    assert RollChange("", 7, name, FILL, "", "", ()).label == label


# Home


def test_an_address_that_says_more_fills_what_is_missing() -> None:
    (change,) = roll_changes(known(street="high street", postcode="DL1 5QT"), RollEntry(**HOME))
    assert (change.kind, change.new) == (FILL, "12 high street, Northmoor, DL1 5QT")
    assert {effect.target for effect in change.effects} == {"house", "town"}


def test_another_street_is_another_home_and_takes_the_whole_address_along() -> None:
    (change,) = roll_changes(known(**HOME), RollEntry(street="5 Elm Road", postcode="DL3 7AA"))
    old, new = "12 High Street, Northmoor, DL1 5QT", "5 Elm Road, DL3 7AA"
    assert told([change]) == [("address", DIFFERENCE, old, new)]
    assert Effect("house", "12", "") in change.effects


def test_another_postcode_alone_leaves_the_street() -> None:
    (change,) = roll_changes(known(**HOME), RollEntry(postcode="DL1 5QU"))
    assert (change.kind, change.new) == (DIFFERENCE, "12 High Street, Northmoor, DL1 5QU")


def test_the_same_address_cut_up_otherwise_is_the_same() -> None:
    assert (
        roll_changes(known(**HOME), RollEntry(street="12 High Street, Northmoor", postcode="DL1 5QT")) == ()
    )


# Contacts


def test_first_contacts_are_filled_by_themselves_in_call_order() -> None:
    changes = roll_changes(known(), listing(ADA, BEN))
    assert [(name, kind) for name, kind, _, _ in told(changes)] == [("contact.1", FILL), ("contact.2", FILL)]
    assert enact(known(), changes).entry.contacts == (ADA, BEN)


def test_a_blank_of_a_contact_is_filled_and_another_number_must_be_accepted() -> None:
    bare = ContactEntry("Ada Bell", "", "07700 900009", "")
    assert [(name, kind) for name, kind, _, _ in told(roll_changes(known(bare), listing(ADA)))] == [
        ("contact.1.relationship", FILL),
        ("contact.1.phone", DIFFERENCE),
        ("contact.1.email", FILL),
    ]


def test_a_number_written_otherwise_is_the_same_number() -> None:
    assert roll_changes(known(ADA), listing(replace(ADA, phone="07700-900 001"))) == ()


@pytest.mark.parametrize(
    "contact", [ContactEntry(phone="07700 900001"), ContactEntry(relationship="Mother", phone="ask")]
)
def test_a_contact_without_a_name_is_known_again(contact: ContactEntry) -> None:
    assert enact(known(), roll_changes(known(), listing(contact))).entry.contacts == (contact,)
    assert roll_changes(known(contact), listing(contact)) == ()


def test_another_name_with_the_same_number_is_the_same_contact() -> None:
    changes = roll_changes(known(ADA), listing(replace(ADA, name="Mrs A Bell")))
    assert told(changes) == [("contact.1.name", DIFFERENCE, "Ada Bell", "Mrs A Bell")]


def test_one_more_contact_after_the_others_is_filled_by_itself() -> None:
    changes = roll_changes(known(ADA), listing(ADA, BEN))
    assert [(name, kind) for name, kind, _, _ in told(changes)] == [("contact.2", FILL)]


def test_a_contact_who_comes_first_must_be_accepted() -> None:
    changes = roll_changes(known(ADA), listing(BEN, ADA))
    assert [(name, kind) for name, kind, _, _ in told(changes)] == [("contact.1", DIFFERENCE)]
    assert enact(known(ADA), changes).entry.contacts == (BEN, ADA)


def test_another_call_order_must_be_accepted() -> None:
    changes = roll_changes(known(ADA, BEN), listing(BEN, ADA))
    assert told(changes) == [("contact_order", DIFFERENCE, "Ada Bell, Ben Bell", "Ben Bell, Ada Bell")]
    assert enact(known(ADA, BEN), changes).entry.contacts == (BEN, ADA)


@pytest.mark.parametrize("contacts", [(ADA,), ()])
def test_a_contact_who_is_not_in_the_file_is_a_question(contacts: tuple[ContactEntry, ...]) -> None:
    changes = roll_changes(known(ADA, BEN), listing(*contacts, slots=2))
    assert [one.kind for one in changes] == [QUESTION] * (2 - len(contacts))
    assert enact(known(ADA, BEN), changes).entry.contacts == contacts


def test_a_file_with_room_for_one_contact_says_nothing_of_the_second() -> None:
    assert roll_changes(known(ADA, BEN), listing(ADA)) == ()
    assert roll_changes(known(ADA, BEN), RollEntry()) == ()


def test_a_contact_who_is_replaced_is_asked_about_twice_over() -> None:
    changes = roll_changes(known(ADA, BEN), listing(CAT, BEN))
    assert sorted((name, kind) for name, kind, _, _ in told(changes)) == [
        ("contact.1", DIFFERENCE),
        ("contact.1", QUESTION),
    ]
    assert len({one.key for one in changes}) == 2


# Flags


def test_a_new_flag_is_taken_at_once_and_one_that_is_denied_must_be_accepted() -> None:
    on_record = known(flags=("looked_after",))
    entry = RollEntry(flags=("ehc_plan",), flags_denied=("looked_after", "early_help"))
    assert told(roll_changes(on_record, entry)) == [
        ("flag.ehc_plan", FILL, "", "Yes"),
        ("flag.looked_after", DIFFERENCE, "Yes", "No"),
    ]


# Marks before the first day and after the last


def marked(code: str, *days: date) -> dict[int, str]:
    return from_marks((on, half, code) for on in days for half in Half)


def test_a_first_admission_date_that_takes_marks_out_of_the_count_must_be_accepted() -> None:
    entry = RollEntry(admitted_on=MONDAY)
    friday = MONDAY - timedelta(days=3)
    assert [one.kind for one in roll_changes(known(), entry, marked("O", MONDAY))] == [FILL]
    assert [one.kind for one in roll_changes(known(), entry, marked("Z", friday))] == [FILL]
    assert [one.kind for one in roll_changes(known(), entry, marked("O", friday))] == [DIFFERENCE]


def test_marks_outside_the_time_on_roll_are_told_once_with_the_count() -> None:
    days = [MONDAY + timedelta(days=n) for n in range(3)]
    entry = RollEntry(admitted_on=days[1], leaving_on=days[1])
    lines = marked("O", *days)
    undated = (None, None)
    issues = marks_outside(
        [(entry, undated, lines, "row 5 in a.csv"), (None, undated, lines, "row 6 in a.csv")]
    )
    assert [(one.code, one.message.split(" before ")[0].split(" after ")[0]) for one in issues] == [
        ("before_admission", "1 pupil has 2 marks (row 5 in a.csv)"),
        ("after_leaving", "1 pupil has 2 marks (row 5 in a.csv)"),
    ]
    on_record = (days[1], None)
    assert [one.code for one in marks_outside([(None, on_record, lines, "row 6")])] == ["before_admission"]
    assert marks_outside([(entry, undated, marked("Z", days[0]), "row 5")]) == ()


# Whatever the file says


texts = st.sampled_from(["", "a", "B", "b ", "c-d", "long one"])
contacts = st.lists(
    st.builds(
        ContactEntry,
        name=st.sampled_from(["Ada Bell", "ada bell", "Ben Bell", "Cat Cole", "Dan Dell"]),
        relationship=st.sampled_from(["", "Mother", "Aunt"]),
        phone=st.sampled_from(["", "07700 900001", "07700900001", "07700 900002", "ask"]),
        email=st.sampled_from(["", "a@example.org", "A@example.org", "b@example.org"]),
    ),
    max_size=4,
    unique_by=lambda one: compared(one.name),
)
kinds = st.sets(st.sampled_from(sorted(read_flags())), max_size=3)
days = st.none() | st.dates(date(2026, 9, 1), date(2026, 9, 4))


@st.composite
def entries(draw: st.DrawFn) -> RollEntry:
    listed, flags = tuple(draw(contacts)), draw(kinds)
    return RollEntry(
        sex=draw(st.sampled_from(["", "F", "M"])),
        **{part: draw(texts) for part in ADDRESS},
        contacts=listed,
        contact_slots=len(listed) + draw(st.integers(0, 2)),
        flags=in_order(flags),
        flags_denied=in_order(draw(kinds) - flags),
        admitted_on=draw(days),
        leaving_on=draw(days),
        former_upn=draw(st.sampled_from(["", "A1", "B2"])),
    )


@st.composite
def records(draw: st.DrawFn) -> KnownRoll:
    entry = replace(draw(entries()), contact_slots=0, flags_denied=())
    count = len(entry.contacts)
    places = sorted(draw(st.lists(st.integers(1, 9), min_size=count, max_size=count)))
    return KnownRoll(7, entry, tuple(range(1, count + 1)), tuple(places))


@given(records(), entries())
@settings(max_examples=400)
def test_once_everything_is_accepted_the_same_file_changes_nothing(
    on_record: KnownRoll, entry: RollEntry
) -> None:
    after = enact(on_record, roll_changes(on_record, entry))
    assert told(roll_changes(after, entry)) == []


@given(records(), entries())
def test_nothing_is_overwritten_ended_or_denied_without_being_asked(
    on_record: KnownRoll, entry: RollEntry
) -> None:
    changes = [one for one in roll_changes(on_record, entry) if not one.asks]
    after = enact(on_record, changes).entry
    before = on_record.entry
    for name in ("sex", "former_upn", "admitted_on", "leaving_on", *ADDRESS):
        assert getattr(before, name) in ("", None, getattr(after, name))
    assert set(before.flags) <= set(after.flags)
    assert len(after.contacts) >= len(before.contacts)
    for one, other in zip(before.contacts, after.contacts, strict=False):
        for name in ("name", "relationship", "phone", "email"):
            assert getattr(one, name) in ("", getattr(other, name))


@given(records(), entries())
def test_a_flag_that_the_file_names_is_always_in_force_afterwards(
    on_record: KnownRoll, entry: RollEntry
) -> None:
    unasked = [one for one in roll_changes(on_record, entry) if not one.asks]
    assert set(entry.flags) <= set(enact(on_record, unasked).entry.flags)


@given(records(), entries())
def test_keys_are_distinct(on_record: KnownRoll, entry: RollEntry) -> None:
    keys = [one.key for one in roll_changes(on_record, entry)]
    assert len(set(keys)) == len(keys)
