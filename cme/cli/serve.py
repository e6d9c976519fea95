"""Serving the web application."""

import errno
import os
import socket
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from cme.errors import Unusable

if TYPE_CHECKING:
    from flask import Flask


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Threads in each.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Start the web server.

    It speaks http: put a proxy that speaks https in front of it, and tell it so with CME_PROXY_HOPS=1.
    """
    run_server(host, port, workers=workers, threads=threads)


def run_server(host: str, port: int, *, workers: int = 2, threads: int = 4) -> NoReturn:
    """Become the web server. Raises Unusable when the port, a setting or the database cannot be used."""
    from cme.app import create_app

    refuse_taken_port(host, port)
    # Said once and here, instead of by every worker; an empty database gets its tables before any starts.
    create_app()
    click.echo(f"Serving at http://{host}:{port} (stop with Ctrl+C)")
    sys.stdout.flush()
    arguments = [
        "-m", "gunicorn", "cme.cli.serve:application()",
        "--bind", f"{host}:{port}", "--workers", str(workers), "--threads", str(threads),
        "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606


def application() -> "Flask":
    """The web application of one process of the server."""
    from cme.app import create_app
    from cme.installation import keep_what_is_loaded

    app = create_app()
    keep_what_is_loaded()
    return app


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Unusable when nothing can listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except socket.gaierror:
        raise Unusable(f"{host} is no address of this machine. Try --host 127.0.0.1.") from None
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise Unusable(
                f"Port {port} is in use by another program. Stop it, or choose another port with --port."
            ) from None
        raise Unusable(
            f"Nothing can listen at {host}:{port} ({fault.strerror}). Choose others with --host and --port."
        ) from None
