"""The blueprint of tracing, and how the references of our requests are written in its addresses."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter


class TraceReference(BaseConverter):
    """A part of an address that is written like a reference of ours: TR-2026-0042."""

    regex = "TR-[0-9]{4}-[0-9]{4,7}"


class IncomingReference(BaseConverter):
    """A part of an address that is like our reference of another authority's request: IN-2026-0042."""

    regex = "IN-[0-9]{4}-[0-9]{4,7}"


class AuthorityCode(BaseConverter):
    """A part of an address that is the code of a local authority: 841."""

    regex = "[0-9]{3}"


blueprint = Blueprint("tracing", __name__, url_prefix="/traces")


def know_references(state: BlueprintSetupState) -> None:
    """Before any route of the blueprint is added, for they use it."""
    state.app.url_map.converters["trace_reference"] = TraceReference
    state.app.url_map.converters["incoming_reference"] = IncomingReference
    state.app.url_map.converters["authority_code"] = AuthorityCode


blueprint.record_once(know_references)
