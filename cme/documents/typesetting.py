"""Documents set by typst: data in as JSON, an accessible PDF out.

The words of a document are data and never source, so that nothing in a name is ever run as typst's own
language. The templates are our own, in the folder `typst`; they import nothing from elsewhere.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import typst

from cme.documents.workbooks import clean

PDF_TYPE = "application/pdf"

_TEMPLATES = Path(__file__).parent / "typst"

_TURNS_TEXT = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of all text after them; a name in Arabic or Hebrew needs none of them."""

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Pdf:
    """A document. `is_accessible`: it meets PDF/UA-1, tagged and with every letter readable as text."""

    content: bytes
    is_accessible: bool


def typeset(template: str, data: Mapping[str, Any]) -> Pdf:
    """The document of a template ("letter") with this data, which is JSON-ready.

    The same data give the same bytes. A letter that typst's own fonts lack is looked for in the fonts of the
    server. Where those lack it too the document promises no standard, shows an empty box and says so on
    every page: a name must never stand in the way of a letter.
    """
    inputs = {"data": json.dumps(_cleaned(data), sort_keys=True)}
    for has_server_fonts in (False, True):
        try:
            return Pdf(_compile(template, inputs, has_server_fonts=has_server_fonts, standard="ua-1"), True)
        except _LettersMissing:
            continue
    lacking = {**inputs, "lacks_letters": "yes"}
    return Pdf(_compile(template, lacking, has_server_fonts=True, standard="1.7"), False)


class _LettersMissing(Exception):
    """No font has some letter. Says no more: typst's own words for it quote the text."""


def _compile(
    template: str, inputs: dict[str, str], *, has_server_fonts: bool, standard: Literal["ua-1", "1.7"]
) -> bytes:
    try:
        return typst.compile(
            _TEMPLATES / f"{template}.typ",
            root=_TEMPLATES,
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=[standard],
            ignore_system_fonts=not has_server_fonts,
        )
    except typst.TypstError as fault:
        if "could not be displayed" in str(fault):
            raise _LettersMissing from None
        # typst quotes the data in what it says, and a fault may reach a log.
        raise RuntimeError(f"the template {template} cannot be set with these data") from None


def _cleaned(value: Any) -> Any:
    """The data, their texts without the characters that no font has and without those that turn text."""
    if isinstance(value, str):
        return _TURNS_TEXT.sub("", clean(_LINE_ENDS.sub("\n", value)))
    if isinstance(value, Mapping):
        return {key: _cleaned(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in value]
    return value
