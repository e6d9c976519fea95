"""`cme upn`: what is said of each UPN, and how the command ends."""

import json

from tests.integration.cli.conftest import CommandLine


def test_t9_and_t10_a_permanent_and_a_temporary_upn_are_valid(cme: CommandLine) -> None:
    said = cme("upn", "R201100018042", "T20110001804V", "--json")

    assert said.status == 0
    assert json.loads(said.out) == [
        {"upn": "R201100018042", "valid": True, "kind": "permanent", "la": "201", "messages": []},
        {
            "upn": "T20110001804V",
            "valid": True,
            "kind": "temporary",
            "la": "201",
            "messages": ["temporary UPN"],
        },
    ]


def test_t11_a_wrong_check_letter_names_the_right_one_and_ends_with_status_2(cme: CommandLine) -> None:
    said = cme("upn", "R201100018042", "A801200005001", "--json")

    assert said.status == 2
    right, wrong = json.loads(said.out)
    assert right["valid"] is True
    assert (wrong["valid"], wrong["kind"], wrong["la"]) == (False, "permanent", "801")
    assert wrong["messages"] == ["The check letter should be B."]


def test_t12_white_space_and_case_are_put_right(cme: CommandLine) -> None:
    (found,) = json.loads(cme("upn", " m841200023001 ", "--json").out)

    assert (found["upn"], found["valid"]) == ("M841200023001", True)


def test_t13_an_authority_that_is_not_in_the_list_is_a_warning_only(cme: CommandLine) -> None:
    said = cme("upn", "E000200005001", "--json")

    assert said.status == 0
    assert json.loads(said.out)[0]["messages"] == ["LA 000 not recognised"]


def test_what_has_not_the_form_of_a_upn_has_a_message_for_each_fault(cme: CommandLine) -> None:
    said = cme("upn", "I84120002O00S", "123", "--json")

    assert said.status == 2
    first, second = json.loads(said.out)
    assert len(first["messages"]) == 3
    assert (first["kind"], first["la"]) == (None, None)
    assert second["messages"] == ["A UPN has 13 characters; this has 3."]


def test_a_person_reads_the_same_as_a_table(cme: CommandLine) -> None:
    said = cme("upn", "A801200005001", "m841200023001")

    assert said.status == 2
    lines = said.out.splitlines()
    assert "check letter should be B" in lines[1]
    assert "M841200023001  yes" in lines[2]


def test_without_a_upn_it_is_said_what_is_missing(cme: CommandLine) -> None:
    said = cme("upn")

    assert (said.status, said.out) == (2, "")
    assert "UPN" in said.err
