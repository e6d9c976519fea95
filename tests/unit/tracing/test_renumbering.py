"""Numbers of schools that were closed: where the school is now, and what cannot be recorded."""

from datetime import date

import pytest

from cme.tracing.renumbering import Link, faults, now_of, sentence

TODAY = date(2026, 11, 20)


def links(*known: Link):
    return lambda number: [each for each in known if each.laestab == number]


def test_a_closed_number_is_followed_to_the_one_in_use():
    chain = links(Link("8412000", "8414001"), Link("8414001", "8404123", "Example Academy"))
    assert sentence("8412000", chain, TODAY) == (
        "The number 841/2000 is closed. The school was renumbered: now 840/4123 (Example Academy)."
    )
    assert sentence("8404123", chain, TODAY) == ""


def test_a_school_that_was_split_names_each_that_came_of_it():
    split = links(Link("8412000", "8414001"), Link("8412000", "8414002"))
    assert "now 841/4001 or 841/4002" in sentence("8412000", split, TODAY)


def test_a_change_to_come_changes_nothing_yet():
    to_come = links(Link("8412000", "8414001", changed_on=date(2026, 11, 21)))
    assert now_of("8412000", to_come, TODAY) == ()
    assert now_of("8412000", to_come, date(2026, 11, 21))


def test_numbers_that_lead_in_a_circle_end():
    assert now_of("8412000", links(Link("8412000", "8414001"), Link("8414001", "8412000")), TODAY) == ()


@pytest.mark.parametrize(
    ("link", "field", "said"),
    [
        (Link("", "8414001"), "laestab", "Enter the number that was closed"),
        (Link("841/200", "8414001"), "laestab", "school number must be 4 digits"),
        (Link("841/20000", "8414001"), "laestab", "school number must be 4 digits"),
        (Link("8412000", "84/4001"), "successor", "LA number must be 3 digits"),
        (Link("8412000", "8414001", urn="10001"), "urn", "URN must be 6 digits"),
        (Link("8402000", "8404001"), "laestab", "begin with 841"),
        (Link("8412000", "841/2000"), "successor", "are the same"),
        (Link("8414001", "8412000"), "successor", "itself became"),
    ],
)
def test_t7_what_cannot_be_is_said_at_its_field(link: Link, field: str, said: str):
    known = links(Link("8412000", "8413000"), Link("8413000", "8414001"))
    found = faults(link, "841", known)
    assert said in found[field]
    assert len(found) == 1


def test_leading_zeros_count():
    assert faults(Link("841/0123", "8414001", successor_urn="100001"), "841", links()) == {}
