"""The school's pages: what needs doing today, the roll, uploads of registers, and each pupil's runs."""

from cme.web.school import approval, calendar, codes, columns, downloads, pupils, rows, schools, uploads
from cme.web.school.blueprint import blueprint

__all__ = [
    "approval",
    "blueprint",
    "calendar",
    "codes",
    "columns",
    "downloads",
    "pupils",
    "rows",
    "schools",
    "uploads",
]
