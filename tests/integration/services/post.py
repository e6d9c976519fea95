"""Mail servers of the tests: one in memory, and a real one on this machine."""

import smtplib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from cme.services.mail import Send


class MailRoom:
    """A mail server in memory. `faults` are what it raises, message by message, before it takes any."""

    def __init__(self, *faults: OSError | None, closed: OSError | None = None) -> None:
        self.sent: list[EmailMessage] = []
        self._faults, self._closed = list(faults), closed

    @contextmanager
    def connect(self) -> Iterator[Send]:
        """A connection to it."""
        if self._closed is not None:
            raise self._closed
        yield self._take

    def _take(self, message: EmailMessage) -> None:
        fault = self._faults.pop(0) if self._faults else None
        if fault is not None:
            raise fault
        self.sent.append(message)


def refusal(code: int = 450) -> smtplib.SMTPRecipientsRefused:
    """A server that will not take the message for that address, which it repeats."""
    return smtplib.SMTPRecipientsRefused({"ash@example.org": (code, b"ash@example.org is unknown")})


@dataclass
class _Letterbox:
    """What the server does with what it is handed."""

    refuses: frozenset[str]
    hangs_up: bool
    received: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.received.append(envelope.content.decode())
        if self.hangs_up:
            server.transport.close()
        return "250 taken"


class _Server(Controller):
    """A server on whichever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server(*, refuses: Iterable[str] = (), hangs_up: bool = False) -> Iterator[tuple[int, list[str]]]:
    """A real server on this machine: its port, and the messages that it was handed.

    It takes nothing for the addresses that it `refuses`; one that `hangs_up` takes a message and goes away
    without saying so.
    """
    letterbox = _Letterbox(frozenset(refuses), hangs_up)
    server = _Server(letterbox, "127.0.0.1", 0, ready_timeout=60)
    server.start()
    try:
        yield server.port, letterbox.received
    finally:
        server.stop()
