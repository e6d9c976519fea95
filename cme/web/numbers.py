"""Numbers in fields that people do not type."""


def whole_number(given: object) -> int | None:
    """The id or number in a field that people do not type; None for anything that cannot be one.

    Ids have nine digits at most: a database knows no longer ones, and Python reads no endless ones.
    """
    text = str(given or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
