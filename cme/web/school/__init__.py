"""The school's pages: what needs doing today, the roll, uploads of registers, and each pupil's runs."""

from cme.web.school import (
    approval,
    calendar,
    calls,
    codes,
    columns,
    cover,
    downloads,
    missing,
    pupils,
    restrictions,
    returns,
    rows,
    schools,
    uploads,
)
from cme.web.school.blueprint import blueprint

__all__ = [
    "approval",
    "blueprint",
    "calendar",
    "calls",
    "codes",
    "columns",
    "cover",
    "downloads",
    "missing",
    "pupils",
    "restrictions",
    "returns",
    "rows",
    "schools",
    "uploads",
]
