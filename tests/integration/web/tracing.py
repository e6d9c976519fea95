"""The pages of a trace request as its officer goes through them, and what a test starts from."""

from cme.access.roles import Role
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import restrictions
from cme.services.registers.roll import RollRow, apply
from cme.services.restrictions import NewRestriction
from cme.store import cases
from cme.store.database import transaction
from importers.roll.entries import ContactEntry, RollEntry
from tests.integration.web.casebook import AT, Casebook
from tests.webclient import Page, WebClient

TRACE = "/traces/TR-2026-0001"
YOU = {"phone": "01325 000000", "email": "cme@example.gov.uk"}
NOON = {"sent_on": ["20", "11", "2026"], "sent_time": "12:00"}
ANSWERED = {"officer": "B Clerk", "replied_on": ["20", "11", "2026"], "seen": "0"}
SECRETS = ("marigold", "hidden lane", "qz9", "pat quill")
HOME = RollEntry(
    house="Marigold Refuge",
    street="77 Hidden Lane",
    postcode="QZ9 9ZQ",
    contacts=(ContactEntry("Pat Quill", "Mother", "07700 900001"),),
)


def begun(book: Casebook, officer: WebClient, *, audience: str = "", days: int = 21) -> str:
    """A case of a child with a home whose request is begun; the reference of the case."""
    reference = book.absent(days)
    with book.world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        key = case.registration_id
        with transaction():
            apply(book.dsl, book.place.school_id or 0, {key: RollRow(HOME)}, (), at=AT)
    page = officer.post(f"/cases/{reference}/traces", {"audience": audience})
    assert page.location == f"{TRACE}/details"
    return reference


def save(officer: WebClient, **changes: object) -> Page:
    """Save the form of what the request says, as it stands, with changes."""
    page = officer.get(f"{TRACE}/details")
    return officer.post(f"{TRACE}/details", {**shown(page, f"{TRACE}/details"), **YOU, **changes})


def shown(page: Page, action: str) -> dict[str, object]:
    """A form as it stands, every box of a date and every tick of a list among it."""
    form = next(each for each in page.tree.iter("form") if each.get("action") == action)
    found: dict[str, object] = dict(page.form(action))
    dates: dict[str, list[str]] = {}
    for field in form.iter("input"):
        if field.get("inputmode") == "numeric":
            dates.setdefault(field.get("name", ""), []).append(field.get("value", ""))
    ticked = [
        field.get("value", "")
        for field in form.iter("input")
        if field.get("name") == "chosen" and "checked" in field.attrib
    ]
    return {**found, **dates, "chosen": ticked}


def step(client: WebClient, action: str, **data: object) -> Page:
    """Press a button of the page of the trace."""
    form = client.get(TRACE).form(f"{TRACE}/{action}")
    return client.post(f"{TRACE}/{action}", {**form, **data})


def noon(action: str) -> dict[str, object]:
    """Noon, in the form of the message whose address it is."""
    number = action.partition("/messages/")[2].partition("/")[0]
    return {f"message{number}-{name}": value for name, value in NOON.items()}


def sent(book: Casebook, officer: WebClient) -> str:
    """A request to two authorities that was sent; the reference of the case."""
    reference = begun(book, officer, audience="chosen")
    save(officer, chosen=["840", "806"])
    manager = book.world.sign_in_as(Role.LA_MANAGER)
    form = manager.get(TRACE).form(f"{TRACE}/override")
    manager.post(f"{TRACE}/override", {**form, "reason": "A sighting"})
    step(officer, "finish")
    step(officer, "sent", **NOON)
    return reference


def protect(book: Casebook, reference: str) -> None:
    """Record that the address of the child of a case is protected."""
    with book.world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        new = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge")
        assert isinstance(restrictions.add(book.dsl, case.registration_id, new, at=AT), int)
