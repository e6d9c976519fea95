"""Passwords: which are refused, and how they are kept (security reference s.7, ASVS 5.0 6.2)."""

import re
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cme.settings import Settings

MAX_LENGTH = 128
"""Characters; longer ones are refused before any work is spent on them."""

# Words that anybody attacking a service like this one tries first, and what is left of a password made of
# them must still be long enough to count.
_OBVIOUS = (
    "childrenmissing", "missingeducation", "safeguarding", "attendance", "education", "children", "missing",
    "password", "passw0rd", "register", "welcome", "qwertyuiop", "qwerty", "letmein", "school", "council",
    "pupil", "admin", "abcdefghij", "iloveyou", "football", "liverpool", "arsenal", "darlington", "essex",
    "wandsworth", "1234567890", "12345", "cme",
)  # fmt: skip
_FEWEST_OF_ITS_OWN = 8


class PasswordRefused(ValueError):
    """A password that may not be used; the message says why and what to do."""


@dataclass(frozen=True)
class Passwords:
    """The rules for passwords, with the cost of argon2id: passes, and memory in KiB."""

    min_length: int
    time_cost: int
    memory_kib: int
    _hasher: PasswordHasher = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        hasher = PasswordHasher(time_cost=self.time_cost, memory_cost=self.memory_kib, parallelism=1)
        object.__setattr__(self, "_hasher", hasher)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The rules and costs that the settings name."""
        return cls(settings.password_min_length, settings.argon2_time_cost, settings.argon2_memory_kib)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """The argon2id hash to keep."""
        return self._hasher.hash(password)

    def matches(self, password: str, kept: str | None) -> bool:
        """Whether a password is the one kept. The same work is done when there is none to compare with."""
        if len(password) > MAX_LENGTH:
            return False
        decoy = self._decoy
        try:
            self._hasher.verify(kept or decoy, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def refuse_weak(self, password: str, *, about: tuple[str, ...] = ()) -> None:
        """Raise PasswordRefused for a password that is short, long, or easily guessed.

        `about` holds the person's own name and address, which do not make a password harder to guess.
        """
        if len(password) < self.min_length:
            raise PasswordRefused(
                f"Your password must be at least {self.min_length} characters. Three or four words work well."
            )
        if len(password) > MAX_LENGTH:
            raise PasswordRefused(f"Your password must be {MAX_LENGTH} characters or fewer.")
        rest = re.sub(r"[^a-z0-9]", "", password.lower())
        own = (part for given in about for part in re.split(r"[^a-z0-9]+", given.lower()) if len(part) > 2)
        for word in sorted({*_OBVIOUS, *own}, key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < _FEWEST_OF_ITS_OWN or len(set(rest)) < _FEWEST_OF_ITS_OWN // 2:
            raise PasswordRefused(
                "Your password is too easy to guess. "
                "Leave out your name and words about your work, and add other words."
            )


def make_password() -> str:
    """A random password that can be read out: five groups of four letters and digits (about 100 bits)."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(5))
