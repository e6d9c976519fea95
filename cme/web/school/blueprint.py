"""The blueprint that the school's pages are registered on."""

from flask import Blueprint

blueprint = Blueprint("school", __name__)
