"""Mail servers of the tests: one in memory, and one that speaks SMTP on this machine."""

import smtplib
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

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


class _Conversation(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs to leave one message."""

    def handle(self) -> None:
        self._say("220 here")
        text: list[str] | None = None
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            if text is not None and line != ".":
                text.append(line)
            elif text is not None:
                self.server.received.append("\n".join(text))  # type: ignore[attr-defined]
                text = None
                self._say("250 taken")
            elif line.upper() == "DATA":
                text = []
                self._say("354 go on")
            elif line.upper() == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def smtp_server() -> Iterator[tuple[int, list[str]]]:
    """A real server on this machine: its port, and the messages that it was handed."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Conversation) as server:
        server.received = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1], server.received  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
