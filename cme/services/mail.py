"""Sending what is in the outbox by e-mail: each message once at most, and none of them about a child."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from cme.access.scope import Scope
from cme.errors import Unusable
from cme.settings import Settings
from cme.store import outbox
from cme.store.database import transaction
from cme.store.outbox import Letter

TIMEOUT = 20
"""Seconds to wait for a mail server."""

_OURSELVES = {"localhost", "127.0.0.1", "::1"}
_SILENT = "no-answer"
_OVER = (_SILENT, "-421")
"""How a word ends after which the server says nothing more on this connection."""

_HOW = "Write it as smtps://user:password@mail.example.org:465 or smtp://user:password@mail.example.org:587."

Send = Callable[[EmailMessage], object]
"""Hands one message to the mail server; raises what smtplib does."""


@dataclass(frozen=True, slots=True)
class Office:
    """How messages of this installation are signed: the service's name, and its address, '' for none."""

    service_name: str
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server: `smtps` speaks TLS from the start, `smtp` changes to TLS before anything is said.

    Only a server on this very machine is spoken to in clear. `sender` is the address that messages come from.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: Address

    @contextmanager
    def connect(self) -> Iterator[Send]:
        """A connection to send over. Raises OSError (smtplib's exceptions are such) when there is none."""
        tls = ssl.create_default_context()
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=tls)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        with server:
            if self.scheme == "smtp" and self.host not in _OURSELVES:
                server.starttls(context=tls)
            if self.user:
                server.login(self.user, self.password)
            yield server.send_message


@dataclass(frozen=True, slots=True)
class Delivery:
    """How sending went: messages `sent`, still `waiting` for another try, and `stuck` for good.

    `why` says in a word what went wrong first; it holds no address.
    """

    sent: int = 0
    waiting: int = 0
    stuck: int = 0
    why: str = ""


def mail_server(settings: Settings) -> MailServer | None:
    """The mail server that the settings name; None for none. Raises Unusable, naming what to set."""
    url = settings.smtp_url.get_secret_value()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Unusable(f"CME_SMTP_URL cannot be read. {_HOW}") from None
    if parts.scheme not in {"smtp", "smtps"} or not host:
        raise Unusable(f"CME_SMTP_URL cannot be used. {_HOW}")
    try:
        sender = Address(display_name=settings.service_name, addr_spec=settings.mail_from)
    except (ValueError, IndexError, MessageError):
        sender = Address()
    if not sender.domain:
        raise Unusable(
            "CME_MAIL_FROM is not an e-mail address. Set it to the one that messages are to come from."
        )
    return MailServer(
        scheme=parts.scheme,
        host=host,
        port=port or (465 if parts.scheme == "smtps" else 25 if host in _OURSELVES else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
    )


def send_waiting(
    scope: Scope,
    sender: Address,
    connect: Callable[[], AbstractContextManager[Send]],
    *,
    on: date,
    at: datetime,
) -> Delivery:
    """Send the messages of a day that nobody has sent; what fails is kept and may be tried again.

    A message is noted as taken before it leaves. When the server falls silent halfway nobody knows whether
    it left, and it is not sent again: a digest that is missed comes tomorrow, one that comes twice is
    believed by nobody.
    """
    sent, words = 0, []
    try:
        if ids := outbox.list_unsent(scope, on):
            with connect() as send:
                for message_id in ids:
                    with transaction():
                        letter = outbox.claim(message_id)
                    if letter is not None:
                        word = _send(letter, sender, send, at)
                        sent += not word
                        words += [word] if word else []
                    if words and words[-1].endswith(_OVER):
                        break
    except OSError as fault:
        words.append(_word(fault))
    waiting = len(outbox.list_unsent(scope, on))
    return Delivery(sent, waiting, outbox.count_stuck(scope, on), words[0] if words else "")


def _send(letter: Letter, sender: Address, send: Send, at: datetime) -> str:
    """Send one message and note how it ended; '' when it went, else what went wrong in a word."""
    try:
        send(_message(letter, sender, at))
    except (
        smtplib.SMTPResponseException,
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPNotSupportedError,
    ) as no:
        word, is_known = _word(no), True
    except (ValueError, MessageError):
        word, is_known = "unusable-address", True
    except OSError:
        word, is_known = _SILENT, False
    else:
        word, is_known = "", True
    if is_known:
        with transaction():
            outbox.settle(letter.id, sent_at=None if word else at, error=word)
    return word


def _message(letter: Letter, sender: Address, at: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    # The same for every try, so that a mail program would know the second as the first.
    message["Message-ID"] = f"<cme.{letter.id}.{letter.on}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


def _word(fault: OSError) -> str:
    """A fault in a word: its kind, and the server's number; its text may hold an address."""
    code = getattr(fault, "smtp_code", None)
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code = next(iter(fault.recipients.values()))[0]
    return f"{type(fault).__name__}-{code}" if code else type(fault).__name__
