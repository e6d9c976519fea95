"""Settings, read from environment variables that start with CME_ (or from a file named .env)."""

import secrets
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cme.errors import Unusable
from importers.reading.limits import WEB_LIMITS

SECRET_KEY_LENGTH = 32
"""Characters; 32 random ones are well beyond the 128 bits that signing needs."""


class Settings(BaseSettings):
    """How this installation is set up. Times are minutes or hours and sizes are bytes, as named."""

    model_config = SettingsConfigDict(env_prefix="CME_", env_file=".env", extra="ignore", frozen=True)

    instance: Path = Path("instance")
    database_url: str = ""
    secret_key: SecretStr = SecretStr("")
    organisation_name: str = "Local authority"
    service_name: str = "Children missing from education"

    session_idle_minutes: int = Field(default=30, ge=1, le=60)
    session_absolute_hours: int = Field(default=12, ge=1, le=24)
    secure_cookies: bool = True
    """False only where the server is reached by http on the same machine, as in the demonstration."""
    proxy_hops: int = Field(default=0, ge=0, le=5)
    """How many proxies of our own stand in front; their word about the caller's address is taken."""

    password_min_length: int = Field(default=15, ge=12, le=64)
    argon2_time_cost: int = Field(default=3, ge=1)
    argon2_memory_kib: int = Field(default=65_536, ge=8)

    max_upload_bytes: int = Field(default=WEB_LIMITS.upload_bytes, ge=1)
    keep_files_days: int = Field(default=30, ge=1, le=366)
    """Days that an uploaded register is kept, sealed, after it was decided on."""

    keep_requests_days: int = Field(default=90, ge=7, le=366)
    """Days that the details of a child whom another authority asks about and who is not here are kept."""

    census_dates: str = ""
    """The DfE's census days, as 2026-10-01,2027-01-21; those of `casework.record.census` where empty."""

    ctf_version: str = Field(default="25.0", pattern=r"^[0-9]{1,2}\.[0-9]$")
    """The version of pupil files (CTF) that is written; systems read the current and the one before."""
    academic_year_month: int = Field(default=9, ge=8, le=9)
    """The month in which the academic year begins in a pupil file; one authority's system says August."""

    base_url: str = ""
    """Where people reach the service, for the link in an e-mail; none is given where it is not set."""
    smtp_url: SecretStr = SecretStr("")
    """The mail server; without one nothing is sent, and messages wait in the outbox."""
    mail_from: str = ""

    @field_validator("census_dates")
    @classmethod
    def _check_dates(cls, given: str) -> str:
        """Refuse what is no list of dates. Raises ValueError."""
        _read_dates(given)
        return given

    @property
    def census_days(self) -> tuple[date, ...]:
        """The same as dates, in order."""
        return _read_dates(self.census_dates)

    @classmethod
    def load(cls) -> Self:
        """The settings of the environment. Raises Unusable, naming the variable, for one that is wrong."""
        try:
            return cls()
        except ValidationError as fault:
            first = fault.errors()[0]
            name = "CME_" + "_".join(str(part) for part in first["loc"]).upper()
            raise Unusable(f"{name} cannot be used: {first['msg']}. Correct it and start again.") from None

    def resolve_database_url(self) -> str:
        """The database to use: the one named, or an SQLite file in the instance folder, which is made."""
        if self.database_url:
            return self.database_url
        self.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        return f"sqlite:///{self.instance.resolve() / 'cme.db'}"

    def resolve_secret_key(self) -> str:
        """The key that signs cookies: the one given, or one made on the first start and kept.

        Raises Unusable for a weak key, and for a missing one where the database is shared with other
        hosts: each would make its own, and nobody would stay signed in.
        """
        if given := self.secret_key.get_secret_value():
            return _refuse_weak(given, "CME_SECRET_KEY")
        if self.database_url and not self.database_url.startswith("sqlite"):
            raise Unusable(
                "CME_SECRET_KEY is not set. Give every web host the same one, "
                'made for example with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        return _refuse_weak(self._kept_secret_key(), str(self.instance / "secret_key"))

    def _kept_secret_key(self) -> str:
        path = self.instance / "secret_key"
        self.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        key = secrets.token_urlsafe(48)
        path.write_text(key + "\n", encoding="ascii")
        return key


def _read_dates(given: str) -> tuple[date, ...]:
    return tuple(sorted(date.fromisoformat(part.strip()) for part in given.split(",") if part.strip()))


def _refuse_weak(key: str, where: str) -> str:
    if len(key) < SECRET_KEY_LENGTH or len(set(key)) < SECRET_KEY_LENGTH // 4:
        raise Unusable(
            f"{where} is too easy to guess. Use at least {SECRET_KEY_LENGTH} random characters, "
            'made for example with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return key
