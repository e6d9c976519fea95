"""The referral: written part by part and sent by the school, read by the local authority."""

import pytest

from cme.access.roles import Role
from cme.casework.referral.answers import Section
from cme.casework.referral.fields import SECTION_BY_SLUG
from tests.integration.web.casebook import Casebook
from tests.people import World
from tests.referrals import ANSWERS, UNMADE, as_form
from tests.webclient import Page, WebClient

SEND = {"send": "Send the referral", "without_enquiries": UNMADE}
URGENT = {"urgent": "Send now for a safeguarding concern"}
SAVE, LATER = {"save": "Save and go on"}, {"later": "Save and come back later"}


@pytest.fixture
def dsl(world: World) -> WebClient:
    """The browser of the school's DSL."""
    return world.sign_in_as(Role.DSL, name="Ash Fenner")


def write(client: WebClient, reference: str, answers: dict[str, object] | None = None) -> None:
    """Fill in and save every part of the referral."""
    for slug, section in SECTION_BY_SLUG.items():
        sent = as_form(section, {**ANSWERS, **(answers or {})})
        if sent:
            client.post(f"/cases/{reference}/referral/{slug}", sent | LATER)


def test_the_register_fills_what_it_knows(book: Casebook, dsl: WebClient) -> None:
    words = dsl.get(f"/cases/{book.referral_draft()}/referral").words
    assert "Legal name Ada Arden" in words
    assert "School, URN and LAESTAB Alder Grove School, URN 900001, LAESTAB 8412001" in words
    assert "return run 9 school days" in words
    assert "Name of the referrer Ash Fenner" in words
    assert "Week of 16 November 2026: Mon O O, Tue O O, Wed O O, Thu O O" in words


def test_every_part_says_how_far_it_is_and_what_is_missing_leads_to_its_field(
    book: Casebook, dsl: WebClient
) -> None:
    reference = book.referral_draft()
    path = f"/cases/{reference}/referral"
    page = dsl.get(path)
    assert page.links["Criterion"] == f"{path}/belief#criterion"
    assert page.links["Parents and carers"] == f"{path}/family#carers-0-name"
    belief = dsl.get(f"{path}/belief")
    assert 'id="criterion"' in belief.html
    assert "The child 1 still needed Change" in page.words
    write(dsl, reference)
    page = dsl.get(path)
    assert "still needed" not in page.words.lower()
    assert "Every part is ready." in page.words


def test_every_link_of_the_missing_list_leads_to_something_that_takes_the_focus(
    book: Casebook, dsl: WebClient
) -> None:
    path = f"/cases/{book.referral_draft()}/referral"
    lists = [link for link in dsl.get(path).links.values() if link.startswith(f"{path}/") and "#" in link]
    assert len(lists) > 20
    pages: dict[str, Page] = {}
    for link in lists:
        address, _, anchor = link.partition("#")
        page = pages.setdefault(address, dsl.get(address))
        assert f'id="{anchor}"' in page.html, link


def test_a_part_is_saved_incomplete_and_found_again(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}/referral"
    typed = {"carers-0-name": "Jane <Arden>", "carers-0-phones": "07700 900123", "court_orders_unknown": "y"}
    assert dsl.post(f"{path}/family", typed | LATER).location == path
    assert "Saved. Nothing has been sent yet." in dsl.get(path).words
    kept = dsl.get(f"{path}/family").form(f"{path}/family")
    assert kept["carers-0-name"] == "Jane <Arden>"
    assert kept["carers-0-phones"] == "07700 900123"
    assert "court_orders_unknown" in kept
    assert "carers_unknown" not in kept


def test_saving_goes_on_to_the_next_part(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}/referral"
    assert dsl.post(f"{path}/child", {"sex": "F"} | SAVE).location == f"{path}/addresses"
    last = dsl.post(f"{path}/declarations", {"parent_told": "yes"} | SAVE)
    assert last.location == path


def test_another_row_is_added_without_losing_what_was_typed(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}/referral/family"
    typed = {"carers-0-name": "Jane Arden", "carers_add": "Add another parent or carer"}
    answered = dsl.post(path, typed)
    assert answered.location == f"{path}?add=carers#carers-1"
    page = dsl.get(f"{path}?add=carers")
    assert page.form(path)["carers-0-name"] == "Jane Arden"
    assert page.form(path)["carers-1-name"] == ""
    assert "Parent or carer 2" in page.words


def test_a_row_is_taken_out_by_its_box(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}/referral/family"
    rows = {"carers-0-name": "Jane Arden", "carers-1-name": "Joe Arden"}
    dsl.post(path, rows | LATER)
    dsl.post(path, rows | {"carers-0-remove": "y"} | LATER)
    kept = dsl.get(path).form(path)
    assert kept["carers-0-name"] == "Joe Arden"
    assert "carers-1-name" not in kept


def test_words_count_for_more_than_a_ticked_not_known(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}/referral/child"
    dsl.post(path, {"language": "Polish", "language_unknown": "y"} | LATER)
    kept = dsl.get(path).form(path)
    assert kept["language"] == "Polish"
    assert "language_unknown" not in kept


@pytest.mark.parametrize(
    ("part", "typed", "said"),
    [
        ("referrer", {"referrer_phone": "ring me"}, "Enter a phone number like 01325 406222"),
        ("referrer", {"referrer_email": "me at school"}, "Enter an e-mail address like name@school.example"),
        ("addresses", {"last_known_postcode": "Darlington"}, "Enter a postcode like DL1 5QT"),
        (
            "addresses",
            {"last_known_on": ["21", "11", "2026"]},
            "When it was given must be today or earlier",
        ),
        ("addresses", {"last_known_on": ["31", "2", "2026"]}, "When it was given must be a real date: "),
        (
            "family",
            {"carers-0-name": "Jane", "carers-0-phones": "mobile"},
            "Parent or carer 1: enter a phone number like 01325 406222",
        ),
        ("belief", {"criterion": "a feeling"}, "Choose an answer from the list: Criterion"),
        ("child", {"known_as": "x" * 241}, "Known as must be 240 characters or fewer"),
    ],
)
def test_an_answer_of_the_wrong_shape_is_refused_at_its_field_and_kept(
    book: Casebook, dsl: WebClient, part: str, typed: dict[str, object], said: str
) -> None:
    path = f"/cases/{book.referral_draft()}/referral/{part}"
    page = dsl.post(path, typed | SAVE, status=422)
    (error,) = page.errors
    assert error.startswith(said)
    for name, text in typed.items():
        if isinstance(text, str) and text != "a feeling":
            assert page.form(path)[name] == text


def test_two_people_do_not_overwrite_each_other(world: World, book: Casebook, dsl: WebClient) -> None:
    reference = book.referral_draft()
    path, other = f"/cases/{reference}/referral/family", f"/cases/{reference}/referral/child"
    deputy = world.sign_in_as(Role.DSL, name="Robin Marsh")
    opened, opened_too = dsl.get(path).form(path), deputy.get(path).form(path)
    opened_other = deputy.get(other).form(other)
    dsl.post(path, {"version": opened["version"], "wider_family": "Aunt"} | LATER)
    page = deputy.post(path, {"version": opened_too["version"], "wider_family": "Uncle"} | LATER, status=409)
    assert page.errors[0].startswith("Somebody else saved this part of the referral after you opened it.")
    assert page.form(path)["wider_family"].strip() == "Uncle"
    assert dsl.get(path).form(path)["wider_family"].strip() == "Aunt"
    # Another part is nobody's in the way.
    deputy.post(other, {"version": opened_other["version"], "sex": "F"} | LATER)
    deputy.post(path, {"version": page.form(path)["version"], "wider_family": "Uncle"} | LATER)
    assert dsl.get(path).form(path)["wider_family"].strip() == "Uncle"


def test_a_safeguarding_concern_comes_before_everything_else(book: Casebook, dsl: WebClient) -> None:
    words = dsl.get(f"/cases/{book.referral_draft()}/referral").words
    assert words.index("If you fear that the child comes to harm") < words.index("About this referral")


def test_a_safeguarding_referral_waits_for_nothing(book: Casebook, dsl: WebClient) -> None:
    reference = book.enquiries()
    typed = {"concern": "A neighbour heard <screams>"}
    dsl.post(f"/cases/{reference}/referral", typed | URGENT)
    words = dsl.get(f"/cases/{reference}").words
    assert "Sent at once for a safeguarding concern." in words
    assert "Sent without: Kind of referral" in words
    page = dsl.get(f"/cases/{reference}/referral")
    assert "What you fear, and why A neighbour heard <screams>" in page.words
    assert "&lt;screams&gt;" in page.html


def test_an_incomplete_referral_is_not_sent_and_nothing_is_lost(book: Casebook, dsl: WebClient) -> None:
    reference = book.referral_draft()
    write(dsl, reference, {"sex": "", "criterion": ""})
    page = dsl.post(f"/cases/{reference}/referral", SEND, status=422)
    assert page.errors == ["It cannot be sent yet. What is missing is listed below, with links."]
    assert {"Sex", "Criterion"} <= page.links.keys()
    assert page.form(f"/cases/{reference}/referral")["concern"] == ""
    kept = dsl.get(f"/cases/{reference}/referral/referrer").form(f"/cases/{reference}/referral/referrer")
    assert kept["referrer_phone"] == "01325 406222"


def test_missing_enquiries_ask_why_and_the_reason_is_kept(book: Casebook, dsl: WebClient) -> None:
    reference = book.referral_draft()
    write(dsl, reference)
    path = f"/cases/{reference}/referral"
    page = dsl.post(path, SEND | {"without_enquiries": ""}, status=422)
    (error,) = page.errors
    assert error.startswith("Enquiries: ")
    assert "or say why the referral is sent without them" in error
    assert 'href="#without_enquiries"' in page.html
    dsl.post(path, SEND)
    words = dsl.get(f"/cases/{reference}").words
    assert f"Why it was sent without them: {UNMADE}" in words
    assert "Enquiries missing when it was sent:" in words


def test_a_sent_referral_names_who_receives_it_and_leads_to_its_status(
    book: Casebook, dsl: WebClient
) -> None:
    reference = book.referral_draft()
    write(dsl, reference)
    assert dsl.post(f"/cases/{reference}/referral", SEND).location == f"/cases/{reference}/status"
    page = dsl.get(f"/cases/{reference}/status")
    assert "It is sent to the Children's Access Point and the CME officer." in page.words
    assert "Referred" in page.words


def test_not_known_is_an_answer_to_send_with(book: Casebook, dsl: WebClient) -> None:
    reference = book.referral_draft()
    write(dsl, reference, {"sex": "not known", "carers": "not known"})
    dsl.post(f"/cases/{reference}/referral", SEND)
    words = dsl.get(f"/cases/{reference}/referral").words
    assert "Sex Not known" in words
    assert "Parents and carers Not known" in words


def test_a_sent_referral_is_read_alike_by_school_and_authority(
    world: World, book: Casebook, dsl: WebClient
) -> None:
    path = f"/cases/{book.referred()}/referral"
    for client in (dsl, world.sign_in_as(Role.CME_OFFICER), world.sign_in_as(Role.FRONT_DOOR)):
        page = client.get(path)
        assert "Sent on Fri 20 Nov 2026, 9:00am by Ash Fenner." in page.words
        assert "It is in the queue of the Children's Access Point and the CME officer." in page.words
        assert "Written by the school; relation to the child: Written by the school" in page.words
        assert f"Sent although enquiries are missing: {UNMADE}" in page.words
        assert "Send the referral" not in page.words


@pytest.mark.parametrize("role", [Role.HEAD, Role.CME_OFFICER, Role.LA_MANAGER, Role.INSPECTOR])
def test_who_may_not_write_reads_how_far_it_is(world: World, book: Casebook, role: Role) -> None:
    path = f"/cases/{book.referral_draft()}/referral"
    client = world.sign_in_as(role, name="Dana Quill")
    page = client.get(path)
    assert "Not sent yet. The school has not started this referral." in page.words
    assert "Name of the referrer" not in page.words
    client.post(path, SEND, status=404)
    client.get(f"{path}/child", status=404)
    client.post(f"{path}/child", {"sex": "F"} | SAVE, status=404)


@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.ADMISSIONS])
def test_a_referral_is_closed_to_those_who_see_no_risk_notes(
    world: World, book: Casebook, role: Role
) -> None:
    client, reference = world.sign_in_as(role), book.referred()
    for part in ("referral", "referral/sent/1", "status"):
        client.get(f"/cases/{reference}/{part}", status=404)


def test_a_referral_is_sent_once(book: Casebook, dsl: WebClient) -> None:
    reference = book.referred()
    path = f"/cases/{reference}/referral"
    for typed in (SEND, URGENT):
        page = dsl.get(dsl.post(path, typed).location)
        assert "It stands as it was sent." in page.words
    page = dsl.post(f"{path}/child", {"known_as": "Addie"} | SAVE, status=422)
    assert page.errors == ["This referral has been sent. It stands as it was sent. Send an update instead."]
    assert page.form(f"{path}/child")["known_as"] == "Addie"
    assert dsl.get(f"/cases/{reference}").words.count("Referral sent by") == 1


def test_every_part_can_be_opened_or_says_that_nothing_is_typed_there(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}/referral"
    for section in Section:
        if section in (Section.CHRONOLOGY, Section.AUTHORITY_USE):
            assert dsl.get(f"{path}/{section.slug}", status=303).location == path
            continue
        heading = "About this referral" if section is Section.HEADER else section.value
        assert dsl.get(f"{path}/{section.slug}").heading == heading
    dsl.get(f"{path}/nothing", status=404)
