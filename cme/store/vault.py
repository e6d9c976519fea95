"""What must not be read in passing is sealed: without the installation's secret key it cannot be read."""

import base64
import zlib
from collections.abc import Callable
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app

_EXTENSION = "cme_vault"

FILES = b"cme: uploaded registers"
FORMS = b"cme: forms handed back"
"""What is sealed, each with a key of its own."""


class Unsealable(Exception):
    """What is kept cannot be read: it was sealed with another secret key, or has been tampered with."""


def init_vault(app: Flask, secret: Callable[[], str]) -> None:
    """Seal with keys of these purposes alone, made from the secret, which is asked for when first needed."""

    @cache
    def fernet(purpose: bytes) -> Fernet:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret().encode())
        return Fernet(base64.urlsafe_b64encode(derived))

    app.extensions[_EXTENSION] = fernet


def seal(content: bytes, purpose: bytes = FILES) -> bytes:
    """The content compressed, encrypted and authenticated (Fernet)."""
    return _fernet(purpose).encrypt(zlib.compress(content, 1))


def unseal(sealed: bytes, purpose: bytes = FILES) -> bytes:
    """What `seal` was given for the same purpose. Raises Unsealable."""
    try:
        return zlib.decompress(_fernet(purpose).decrypt(sealed))
    except InvalidToken:
        raise Unsealable from None


def _fernet(purpose: bytes) -> Fernet:
    fernet: Fernet = current_app.extensions[_EXTENSION](purpose)
    return fernet
