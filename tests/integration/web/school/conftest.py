"""A school with registers on one Friday at noon."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from cme.store.database import db
from cme.store.tables import Pupil, Registration
from tests.integration.web.casebook import AT, LAST_DAY, Casebook, register
from tests.integration.web.remembered import RememberedCasebook
from tests.people import Place, World, web_app
from tests.store import lent
from tests.webclient import Page, WebClient

NAME_OF_FILE = "register.csv"


@pytest.fixture
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole application, three hours after the registers of the casebook."""
    with (
        time_machine.travel(AT + timedelta(hours=3), tick=False),
        lent(web_app, database_url, tmp_path_factory.getbasetemp()) as app,
    ):
        yield app


@pytest.fixture
def book(world: World) -> Casebook:
    """The registers and cases of school A."""
    return RememberedCasebook(world)


class Office:
    """A school's office: it uploads registers in the browser, and looks pupils up."""

    def __init__(self, world: World, client: WebClient, place: Place | None = None) -> None:
        self.world, self.client = world, client
        self.place = place or world.school_a

    @property
    def path(self) -> str:
        """Where the school's pages begin."""
        return f"/schools/{self.place.laestab}"

    def send(self, content: bytes, *, name: str = NAME_OF_FILE, status: int = 303) -> Page:
        """Upload a file as the form does."""
        return self.client.post(
            f"{self.path}/uploads", {"register": (io.BytesIO(content), name)}, status=status
        )

    def upload(self, pupils: Mapping[str, Sequence[str]], *, last_on: date = LAST_DAY) -> str:
        """Upload a register of those pupils and of Zoe Zeal, who is always there; its check page."""
        longest = max(map(len, pupils.values()))
        everybody = {"Zeal, Zoe": ["P"] * (longest + 2), **pupils}
        return self.send(register(everybody, last_on=last_on)).location

    def approve(self, pupils: Mapping[str, Sequence[str]], *, last_on: date = LAST_DAY) -> str:
        """Upload a register and approve it; the page of its receipt."""
        return self.confirm(self.upload(pupils, last_on=last_on)).location

    def confirm(self, check_page: str, *, accept: bool = False) -> Page:
        """Approve an upload, confirming whatever its check page asks to be confirmed."""
        return self.client.post(f"{check_page}/approve", self.ticked(check_page, accept=accept))

    def ticked(self, check_page: str, *, accept: bool = False) -> dict[str, object]:
        """The form of a check page with everything confirmed and, to `accept`, every difference ticked."""
        page = self.client.get(check_page)
        is_first = "Type the number of pupils" in page.words
        found = re.search(r"register, ([\d,]+) pupil", page.words)
        assert found
        return {
            "seen": page.values("seen")[0],
            "confirmed": page.values("confirmed"),
            "accepted": page.values("accepted") if accept else [],
            "warnings_seen": "y",
            "new_pupils": found[1] if is_first else "",
        }

    def pupil(self, surname: str) -> str:
        """The page of a pupil."""
        with self.world.app.app_context():
            found = db.session.scalar(
                db.select(Registration.id)
                .join(Pupil)
                .where(Pupil.surname == surname, Registration.school_id == self.place.school_id)
            )
        assert found is not None
        return f"/pupils/{found}"
