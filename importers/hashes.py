"""The SHA-256 of a file or a text."""


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    # What hashlib loads takes 4 MB, as much as a school year's cells: not while a file is open in the child.
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(content).hexdigest()
