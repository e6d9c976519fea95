"""The application behind a real port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = "localhost"


class _Quietly(WSGIRequestHandler):
    """The application keeps a log of its own."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of the application, which answers there as long as the context lasts."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        # Werkzeug's server leaves an answer open when its browser went away, so it is given closed ones.
        parts, status, headers = run_wsgi_app(app, environ, buffered=True)
        start_response(status, headers.to_wsgi_list())
        return list(parts)

    server = make_server(HOST, 0, answer, threaded=True, request_handler=_Quietly)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
