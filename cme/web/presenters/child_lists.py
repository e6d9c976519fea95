"""Lists of children beside the rolls, and what was read of an upload."""

import hashlib
import json
from typing import Any

from flask import url_for
from wtforms.fields.choices import SelectChoice

from cme.services.tracing.child_lists import ListKind, WaitingList
from cme.tracing.requests import Field
from cme.web.presenters.dates import moment
from cme.web.presenters.words import counted
from importers.child_lists import FIELDS

MOST_SHOWN = 200
"""Sentences about rows that are shown one by one; the others are counted."""

_WORDS = {
    Field.FULL_NAME: "Full name",
    Field.BORN_ON: "Date of birth",
    Field.UPN: "UPN",
    Field.FORMER_UPNS: "Former UPNs",
}


def field_choices() -> list[SelectChoice]:
    """What a column can be."""
    named = [
        SelectChoice(each.value, _WORDS.get(each, each.value.replace("_", " ").capitalize()))
        for each in FIELDS
    ]
    return [SelectChoice("", "Not used"), *named]


def row(listed: Any) -> dict[str, Any]:
    """A list, in use or waiting."""
    return {
        "kind": ListKind(listed.kind).label,
        "file": listed.file_name,
        "children": counted(listed.children, "child", "children"),
        "at": moment(listed.taken_at or listed.created_at),
        "by": listed.created_by,
        "href": url_for("tracing.show_child_list", list_id=listed.id),
    }


def page(view: WaitingList) -> dict[str, Any]:
    """What an upload would put in use, and what is left out."""
    upload, replaced = view.upload, view.replaces
    left_out, doubtful = view.left_out, view.doubtful
    return {
        "kind": ListKind(upload.kind).label,
        "file": upload.file_name,
        "id": upload.id,
        "count": counted(len(view.read.children), "child", "children"),
        "can_use": bool(view.read.children),
        "left_out": left_out[:MOST_SHOWN],
        "doubtful": doubtful[:MOST_SHOWN],
        "more": max(0, len(left_out) - MOST_SHOWN) + max(0, len(doubtful) - MOST_SHOWN),
        "replaces": f"It takes the place of the list of {moment(replaced.taken_at)} with "
        f"{counted(replaced.children, 'child', 'children')}, who are erased."
        if replaced and replaced.taken_at
        else "There is no list of this kind yet.",
    }


def seen(view: WaitingList) -> str:
    """What tells whether the columns are as they were on the page."""
    text = json.dumps(view.upload.columns, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
