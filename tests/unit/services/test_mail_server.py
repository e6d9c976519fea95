"""The mail server that the settings name, and the sentences about those that cannot be used."""

import pytest
from pydantic import SecretStr

from cme.errors import Unusable
from cme.services.mail import MailServer, mail_server
from cme.settings import Settings


def read(url: str, mail_from: str = "cme@example.org") -> MailServer | None:
    return mail_server(Settings(_env_file=None, smtp_url=SecretStr(url), mail_from=mail_from))


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port"),
    [
        ("smtps://mail.example.org", "smtps", "mail.example.org", 465),
        ("smtp://mail.example.org", "smtp", "mail.example.org", 587),
        ("smtp://mail.example.org:2525", "smtp", "mail.example.org", 2525),
        ("smtp://localhost", "smtp", "localhost", 25),
    ],
)
def test_an_address_names_how_to_speak_and_to_whom(url: str, scheme: str, host: str, port: int) -> None:
    server = read(url)
    assert server is not None
    assert (server.scheme, server.host, server.port, server.user) == (scheme, host, port, "")


def test_a_password_may_hold_any_sign() -> None:
    server = read("smtps://ash%40example.org:p%2Fw%3A@mail.example.org")
    assert server is not None
    assert (server.user, server.password) == ("ash@example.org", "p/w:")


def test_without_an_address_no_mail_is_sent() -> None:
    assert read("", mail_from="") is None


@pytest.mark.parametrize(
    "url",
    [
        "mail.internal",
        "http://ash:hidden@mail.internal",
        "smtp://",
        "smtps://ash:hidden@h:port",
        "smtp://[::1",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(Unusable, match="CME_SMTP_URL") as refused:
        read(url)
    assert "hidden" not in str(refused.value)
    assert "internal" not in str(refused.value)


@pytest.mark.parametrize(
    "mail_from", ["", "cme", "cme@", "@example.org", "cme@example.org\nBcc: x@example.org"]
)
def test_a_sender_that_is_no_address_is_refused(mail_from: str) -> None:
    with pytest.raises(Unusable, match="CME_MAIL_FROM"):
        read("smtps://mail.example.org", mail_from)
