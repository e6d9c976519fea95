"""What a person typed into a form that could not be taken, because their sign-in had ended.

It is stored nowhere. Sealed, it goes back to the browser it came from, and comes again with the next sign-in;
only the person whose form it was ever gets it back. Whose form it was is told by its CSRF token, which is
signed and begins with the id of the user (our policy).
"""

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from flask import current_app, g, request, session
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from cme.store.vault import FORMS, Unsealable, seal, unseal
from cme.web.numbers import whole_number

FIELD = "kept"
"""The field in which a sealed form travels."""

MOST_CHARACTERS = 150_000
"""What one form may hold and still be kept: sealed, it must fit into the form that brings it back."""

_TOKEN = "csrf_token"  # noqa: S105
_SECRETS = frozenset({"password", "current", "new"})
_BUTTONS = frozenset({"step"})
"""Names of buttons: what they say is for the person to choose again."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as it was sent: by whom, to which path, with which fields. Files are never kept."""

    user_id: int
    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool = False

    def sealed(self) -> str:
        """The form as text that only this installation can read."""
        kept = [self.user_id, self.path, self.fields, self.had_files]
        return seal(json.dumps(kept).encode(), FORMS).decode()


@dataclass(slots=True)
class HandedBack:
    """The form that the page of this request is filled in with, and the fields that found their place."""

    typed: MultiDict[str, str]
    placed: set[str] = field(default_factory=set)

    @property
    def is_complete(self) -> bool:
        """Whether all that was typed stands in a form of the page."""
        return set(self.typed) - _BUTTONS <= self.placed


def mark_forms(user_id: int) -> None:
    """Let the CSRF token of every form that this browser is given say whose form it is."""
    session.setdefault(_TOKEN, f"{user_id}.{secrets.token_urlsafe(30)}")


def sent_form() -> KeptForm | None:
    """The form of this request, to be handed back to whoever it was made for.

    None for one that no page of ours made for anybody, one sent by another site, one that is too large, and
    one that holds a password.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return None
    try:
        sent = list(request.form.items(multi=True))
        had_files = any(file.filename for file in request.files.values())
    except HTTPException:
        return None
    owner = _owner_of(request.form.get(_TOKEN, ""))
    fields = tuple((name, value) for name, value in sent if name != _TOKEN)
    if owner is None or _SECRETS & {name for name, _ in fields}:
        return None
    if sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS:
        return None
    return KeptForm(owner, request.full_path.rstrip("?"), fields, had_files)


def opened(sealed: str, user_id: int | None) -> KeptForm | None:
    """A form that was sealed for this user; None for anybody else's."""
    try:
        owner, path, fields, had_files = json.loads(unseal(sealed.encode(), FORMS))
    except Unsealable:
        return None
    if owner != user_id:
        return None
    return KeptForm(owner, path, tuple((name, value) for name, value in fields), had_files)


def hand_back(form: KeptForm) -> HandedBack:
    """From here on the forms of this request are filled in with what was typed, and with nothing sent now."""
    handed_back = g.handed_back = HandedBack(MultiDict(form.fields))
    return handed_back


def is_handed_back() -> bool:
    """Whether the forms of this request are filled in with what was typed before."""
    return "handed_back" in g


def typed_into(asked: Collection[str], names: Collection[str]) -> MultiDict[str, str] | None:
    """What was typed into the form that has fields of these names; None where it was another form.

    `asked` are the names that people fill in, `names` all of them, buttons too.
    """
    handed_back: HandedBack = g.handed_back
    if not handed_back.typed.keys() & set(asked):
        return None
    handed_back.placed.update(names)
    return handed_back.typed


def _owner_of(token: str) -> int | None:
    """The user whose form carried the CSRF token; None where it says nobody's."""
    try:
        raw = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="wtf-csrf-token").loads(token)
    except BadData:
        return None
    owner, dot, _ = str(raw).partition(".")
    return whole_number(owner) if dot else None
