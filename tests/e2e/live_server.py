"""The application behind a real port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

HOST = "localhost"


class _Quietly(WSGIRequestHandler):
    """The application keeps a log of its own."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of the application, which answers there as long as the context lasts."""
    server = make_server(HOST, 0, app, threaded=True, request_handler=_Quietly)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
