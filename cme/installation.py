"""Connecting an application to the database that the settings name."""

import gc

from flask import Flask
from sqlalchemy.exc import OperationalError

from cme.errors import Unusable
from cme.settings import Settings
from cme.store.database import init_database
from cme.store.schema import SchemaError, prepare_schema
from cme.store.vault import init_vault


def connect(app: Flask, settings: Settings, *, prepare: bool = True) -> None:
    """Connect to the database; an empty one is given its tables.

    Without `prepare` its schema is left alone, whatever it is. Raises Unusable, in words for the operator,
    when the address is wrong, the database cannot be reached, or it is not ours to use as it is.
    """
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.resolve_database_url()
    init_vault(app, settings.resolve_secret_key)
    try:
        init_database(app)
        if prepare:
            prepare_schema(app)
    except (ValueError, SchemaError) as fault:
        raise Unusable(str(fault)) from fault
    except OperationalError as fault:
        raise Unusable(
            "The database cannot be reached. Check CME_DATABASE_URL and that the server is running."
        ) from fault


def keep_what_is_loaded() -> None:
    """Tell the garbage collector that all there is by now stays, once a process is ready for its work.

    Each full collection would else look through the libraries, some 170,000 objects: 0.13 s, and two of them
    while a large register is approved.
    """
    gc.freeze()
