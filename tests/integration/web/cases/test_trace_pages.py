"""What the pages of a trace request tell: faults, what holds it back, who is asked, and what changed."""

from cme.access.roles import Role
from tests.integration.web.casebook import Casebook
from tests.integration.web.tracing import NOON, TRACE, YOU, begun, protect, save, shown, step
from tests.people import World
from tests.store import statements


def test_every_wrong_field_is_told_at_once_with_a_link_to_it(world: World, book: Casebook) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    begun(book, officer)
    details, past = f"{TRACE}/details", ["21", "12", "2020"]
    wrong = {"surname": "", "email": "nonsense", "reply_by_on": past, "carers": "Sofia Cox 07700 900123"}
    form = {**shown(officer.get(details), details), **YOU, **wrong}
    page = officer.post(details, {**form, "born_on": ["1", "13", "2016"]}, status=422)
    told = " ".join(page.errors)
    for part in ("month", "surname", "name@example.gov.uk", "after today", "without a phone number"):
        assert part in told
    assert len(page.errors) == 5
    at = officer.post(details, form).location
    assert at == f"{details}?check=yes"
    page = officer.get(at)
    assert len(page.errors) == 4
    assert {"#email", "#reply_by_on-day", "#surname", "#carers"} <= set(page.links.values())
    assert "The request is kept as a draft." in page.words
    page = officer.get(TRACE)
    assert "What to do now: Correct what is missing or wrong, then finish the request." in page.words
    assert f"{details}?check=yes#reply_by_on-day" in page.links.values()
    assert "There is a problem" not in officer.get(details).words


def test_the_preview_says_what_holds_the_request_back_and_a_manager_is_asked(
    world: World, book: Casebook
) -> None:
    officer, manager = (world.sign_in_as(each) for each in (Role.CME_OFFICER, Role.LA_MANAGER))
    begun(book, officer, days=12)
    save(officer, sex="F", checks="home visits")
    form = officer.get(f"{TRACE}/details")
    assert "Nothing is missing in the text. It cannot be finished yet: see below." in form.words
    assert "20 school days not reached: 12 counted." in form.words
    assert f"{TRACE}#gate" in form.links.values()
    step(officer, "ask-manager")
    page = officer.get(TRACE)
    assert "A manager was asked to decide" in page.words
    assert f"{TRACE}/ask-manager" not in page.html
    assert "1 Waiting for a manager" in manager.get("/traces/").words
    assert "Make the request all the same" in manager.get(TRACE).words


def test_a_sex_that_is_not_known_is_said_and_missing(world: World, book: Casebook) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    begun(book, officer, days=12)
    save(officer, sex="", year_group="8")
    page = officer.get(f"{TRACE}/details")
    assert "Sex: not known" in page.html
    assert "Sex is missing: the message says that it is not known." in page.words
    assert "Year group: Year 8" in page.html


def test_ticking_confidence_asks_whom_anew_and_the_approver_reads_how_many_and_what_changed(
    world: World, book: Casebook
) -> None:
    officer, manager = (world.sign_in_as(each) for each in (Role.CME_OFFICER, Role.LA_MANAGER))
    begun(book, officer)
    save(officer)
    assert "152 local authorities" in officer.get(TRACE).words
    save(officer, restricted="y")
    page = officer.get(f"{TRACE}/details?check=yes")
    assert page.errors == ["Choose at least one local authority."]
    assert "#audience" in page.links.values()
    save(officer, restricted="y", audience="all")
    form = manager.get(TRACE).form(f"{TRACE}/override")
    manager.post(f"{TRACE}/override", {**form, "reason": "Agreed"})
    step(officer, "finish")
    page = manager.get(TRACE)
    assert "It goes to 152 local authorities." in page.words
    assert "In confidence means: no address, no parents, and no brothers or sisters are sent" in page.words
    assert "Changed since" not in page.words
    save(officer, restricted="y", audience="chosen", chosen=["840"], checks="at 4 Refuge Lane")
    assert "This seems to say where the child is" in officer.get(TRACE).words
    save(officer, restricted="y", audience="chosen", chosen=["840"], checks="housing, police")
    step(officer, "finish")
    page = manager.get(TRACE)
    assert "Changed since approval was first asked, or last decided" in page.words
    assert "Now: housing, police" in page.words
    assert "Before: 152 local authorities" in page.words
    assert "Now: County Durham (840)" in page.words


def test_a_text_that_went_before_the_restriction_is_recorded_as_that_text(
    world: World, book: Casebook
) -> None:
    officer, manager = (world.sign_in_as(each) for each in (Role.CME_OFFICER, Role.LA_MANAGER))
    reference = begun(book, officer)
    save(officer, chosen=["840"], audience="chosen")
    form = manager.get(TRACE).form(f"{TRACE}/override")
    manager.post(f"{TRACE}/override", {**form, "reason": "Agreed"})
    step(officer, "finish")
    assert "Which text did you send?" not in officer.get(TRACE).words
    protect(book, reference)
    page = officer.get(TRACE)
    assert "The child came into confidence after this request was ready." in page.words
    assert "Which text did you send?" in page.words
    assert "Hidden Lane" not in page.html
    form = page.form(f"{TRACE}/sent")
    refused = officer.post(f"{TRACE}/sent", {**form, **NOON, "which": "now"}, status=422)
    assert "A manager approves the request before it is sent." in " ".join(refused.errors)
    officer.post(f"{TRACE}/sent", {**form, **NOON, "which": "earlier"})
    assert "77 Hidden Lane" in officer.get(TRACE).html


def test_an_answer_in_confidence_says_where_the_address_goes(world: World, book: Casebook) -> None:
    officer, manager = (world.sign_in_as(each) for each in (Role.CME_OFFICER, Role.LA_MANAGER))
    reference = begun(book, officer)
    protect(book, reference)
    save(officer, chosen=["840"], audience="chosen")
    form = manager.get(TRACE).form(f"{TRACE}/override")
    manager.post(f"{TRACE}/override", {**form, "reason": "Agreed"})
    step(officer, "finish")
    step(manager, "approve")
    step(officer, "sent", **NOON)
    page = officer.get(f"{TRACE}/authorities/840?kind=found_not_on_roll")
    assert "kept on the record of the child alone, as a protected address" in page.words
    officer.get(page.links["contact restrictions of the child"])


def test_of_152_authorities_those_that_answered_stand_first_and_the_rest_apart(
    world: World, book: Casebook
) -> None:
    officer, manager = (world.sign_in_as(each) for each in (Role.CME_OFFICER, Role.LA_MANAGER))
    begun(book, officer)
    save(officer)
    form = manager.get(TRACE).form(f"{TRACE}/override")
    manager.post(f"{TRACE}/override", {**form, "reason": "Agreed"})
    step(officer, "finish")
    step(officer, "sent", **NOON)
    form = shown(officer.get(f"{TRACE}/no-trace"), f"{TRACE}/no-trace")
    officer.post(
        f"{TRACE}/no-trace", {**form, "replied_on": ["20", "11", "2026"], "officer": "S2S", "codes": ["840"]}
    )
    page = officer.get(TRACE)
    first, _, rest = page.words.partition("151 authorities that have not answered")
    assert "County Durham (840)" in first
    assert "Leeds (383)" in rest
    assert 'data-filters="waited"' in page.html
    narrow = officer.get(f"{TRACE}?asked=awaiting").html
    assert '<details class="govuk-details" open>' in narrow


def test_the_list_asks_as_little_of_many_traces_as_of_few(world: World, book: Casebook) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    made = [begun(book, officer)]
    asked = []
    for number in (1, 5):
        while len(made) < number:
            reference = book.absent(21)
            officer.post(f"/cases/{reference}/traces", {"audience": ""})
            made.append(reference)
        with statements(world.app) as told:
            assert len(officer.get("/traces/").tree.findall(".//tbody/tr")) == number
        asked.append(len(told))
    assert asked[1] <= asked[0]
