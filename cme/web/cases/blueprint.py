"""The blueprint of one case, and how its addresses are written."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter


class CaseReference(BaseConverter):
    """A part of an address that is written like a case reference: CME-26-0042."""

    regex = "CME-[0-9]{2}-[0-9]{4,7}"


blueprint = Blueprint("cases", __name__, url_prefix="/cases/<case_reference:case_reference>")


def know_references(state: BlueprintSetupState) -> None:
    """Before any route of the blueprint is added, for they use it."""
    state.app.url_map.converters["case_reference"] = CaseReference


blueprint.record_once(know_references)
