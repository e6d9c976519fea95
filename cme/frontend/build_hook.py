"""Completes a wheel with the templates, and refuses one that would ship without its style sheet."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompleteWheel(BuildHookInterface[Any]):
    """Adds `templates` as `cme/templates`; an editable install uses the folder where it stands."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        if not Path(self.root, "cme", "static", "build", "app.css").is_file():
            raise RuntimeError(
                "cme/static/build/app.css is missing: run `make assets` before building the wheel."
            )
        build_data["force_include"]["templates"] = "cme/templates"
