"""Fields as they arrive from a browser, whatever it sends."""

from collections.abc import Mapping
from datetime import date, time
from typing import ClassVar

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from cme.casework.case import Refused
from cme.web.forms import DateField, Form, PasswordField, TextField, TimeField


class Visit(Form):
    field_of: ClassVar[Mapping[str, str]] = {"contacted": "name"}

    seen = HiddenField()
    name = TextField("Name")
    code = PasswordField("Code")
    visited_on = DateField(
        "Date of the visit", required="Enter the date of the visit", noun="The date of the visit"
    )
    left_on = DateField("Last day")
    began_at = TimeField("Time")


def send(**sent: object) -> Visit:
    with Flask("forms").test_request_context():
        form = Visit(MultiDict(sent), meta={"csrf": False})
        form.validate()
        return form


def test_text_is_stripped_and_a_password_is_not() -> None:
    form = send(name="  Robin ", code=" open ")
    assert (form.name.data, form.code.data) == ("Robin", " open ")


@pytest.mark.parametrize("parts", [["27", "3", "2026"], [" 27", "03 ", "2026"], ["27", "3", "2026", "9"]])
def test_a_date_is_read_from_its_parts(parts: list[str]) -> None:
    form = send(visited_on=parts)
    assert form.visited_on.data == date(2026, 3, 27)
    assert form.error_list == []


@pytest.mark.parametrize(
    ("parts", "text", "href"),
    [
        ([], "Enter the date of the visit", "#visited_on-day"),
        (["", "", ""], "Enter the date of the visit", "#visited_on-day"),
        (["27"], "The date of the visit must include a month and year", "#visited_on-month"),
        (["27", "3", ""], "The date of the visit must include a year", "#visited_on-year"),
        (["27", "3", "26"], "Year must include 4 numbers", "#visited_on-year"),
        (["27", "3", "٢٠٢٦"], "Year must include 4 numbers", "#visited_on-year"),
        (
            ["30", "2", "2026"],
            "The date of the visit must be a real date: February 2026 has 28 days",
            "#visited_on-day",
        ),
        (
            ["3", "13", "2026"],
            "The date of the visit must be a real date: the month is between 1 and 12",
            "#visited_on-month",
        ),
        (["3", "3", "0000"], "Year must include 4 numbers", "#visited_on-year"),
        (["x", "2", "2026"], "The date of the visit must be in figures, like 27 3 2026", "#visited_on-day"),
    ],
)
def test_a_date_that_cannot_be_read_says_which_part(parts: list[str], text: str, href: str) -> None:
    assert send(visited_on=parts).error_list == [{"text": text, "href": href}]


def test_each_date_keeps_its_own_legend_when_both_are_styled_alike() -> None:
    alike = {"fieldset": {"legend": {"classes": "govuk-fieldset__legend--s"}}}
    form = send()
    params = [
        field.widget.map_gov_params(field, id=field.id, items=[{}, {}, {}], params=alike)
        for field in (form.visited_on, form.left_on)
    ]
    assert [each["fieldset"]["legend"]["text"] for each in params] == ["Date of the visit", "Last day"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14:30", time(14, 30)),
        ("2.30pm", time(14, 30)),
        ("2:30 PM", time(14, 30)),
        ("1430", time(14, 30)),
        ("9am", time(9)),
        ("930", time(9, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("", None),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, read: time | None) -> None:
    form = send(visited_on=["27", "3", "2026"], began_at=typed)
    assert form.began_at.data == read
    assert form.error_list == []


@pytest.mark.parametrize("typed", ["9", "25:00", "13pm", "0am", "10:61", "noon", "٠٩:٣٠"])
def test_a_time_that_is_none_stays_in_its_box_and_says_how_to_write_it(typed: str) -> None:
    form = send(visited_on=["27", "3", "2026"], began_at=typed)
    assert form.error_list == [{"text": "Enter a time like 14:30 or 2.30pm", "href": "#began_at"}]
    assert form.began_at._value() == typed


@pytest.mark.parametrize(
    ("need", "href"),
    [("code", "#code"), ("contacted", "#name"), ("left_on", "#left_on-day"), ("stage", None), ("seen", None)],
)
def test_what_is_refused_stands_at_its_field_or_at_the_head_where_nobody_sees_one(
    need: str, href: str | None
) -> None:
    form = send(visited_on=["27", "3", "2026"])
    form.refuse(Refused(("Say which.", "Say which."), (need, need)))
    told = [("Say which.", href)] if href else [("Say which.", None), ("Say which.", None)]
    assert [(each["text"], each.get("href")) for each in form.error_list] == told


def test_a_date_that_is_refused_is_wrong_in_every_part() -> None:
    form = send(visited_on=["27", "3", "2026"])
    form.refuse(Refused(("That day is to come.",), ("visited_on",)))
    assert form.visited_on.wrong_parts == ("day", "month", "year")
