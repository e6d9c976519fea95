"""An authority called Northmoor with two schools, one school elsewhere, and people who are signed in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from pydantic import SecretStr

from cme import clock
from cme.access.roles import SCHOOL_ROLES, Role
from cme.app import create_app
from cme.services.accounts import hash_token
from cme.services.passwords import Passwords
from cme.settings import Settings
from cme.store.database import db, transaction
from cme.store.tables import LocalAuthority, Membership, School, User, UserSession
from tests.webclient import WebClient

PASSWORD = "copper lantern over the weir"
SECRET = "a signing key of the tests, and of nothing else"


class _Compiled(BytecodeCache):
    """Templates that an earlier application compiled. To compile one takes longer than to answer with it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket if this very source was compiled before."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def web_app(database_url: str, instance: Path, **changes: object) -> Flask:
    """The whole application, with passwords that cost nothing."""
    settings = Settings(
        _env_file=None,
        instance=instance,
        database_url=database_url,
        organisation_name="Northmoor Council",
        secret_key=SecretStr(SECRET),
        argon2_time_cost=1,
        argon2_memory_kib=8,
        **changes,
    )
    app = create_app(settings)
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = _COMPILED
    return app


@dataclass(frozen=True, slots=True)
class Place:
    """A school, or a whole authority when `school_id` is None."""

    authority_id: int
    school_id: int | None = None
    laestab: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, and the browser they are signed in with."""

    user_id: int
    email: str
    client: WebClient


class World:
    """Northmoor with the schools A and B, and school C of another authority. Ids only: no rows are held."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._numbers = count(1)
        with app.app_context(), transaction():
            northmoor = _authority("841", "Northmoor Council")
            elsewhere = _authority("212", "Elsewhere Council")
            self.northmoor, self.elsewhere = Place(northmoor.id), Place(elsewhere.id)
            self.school_a = _school(northmoor, "8412001", "900001", "Alder Grove School")
            self.school_b = _school(northmoor, "8412002", "900002", "Beech Hill School")
            self.school_c = _school(elsewhere, "2122003", "900003", "Cedar Park School")

    def browser(self) -> WebClient:
        """A browser in which nobody is signed in."""
        return WebClient(self.app)

    def person(
        self,
        role: Role | None,
        place: Place | None = None,
        *,
        name: str = "Robin Marsh",
        expires_on: date | None = None,
        is_active: bool = True,
        signed_in_at: datetime | None = None,
    ) -> Person:
        """Somebody with one role, signed in without the form; at school A or Northmoor by default."""
        at = signed_in_at or clock.now()
        place = place or (self.school_a if role in SCHOOL_ROLES else self.northmoor)
        email = f"person{next(self._numbers)}@northmoor.example"
        with self.app.app_context(), transaction() as session:
            user = User(
                email=email,
                name=name,
                password_hash=_hashed(self.app.config["CME_PASSWORDS"], PASSWORD),
                is_active=is_active,
                created_at=at,
                password_changed_at=at,
            )
            session.add(user)
            session.flush()
            user_id = user.id
            if role is not None:
                session.add(
                    Membership(
                        user_id=user_id,
                        role=role,
                        authority_id=place.authority_id,
                        school_id=place.school_id,
                        expires_on=expires_on,
                    )
                )
        return Person(user_id, email, self.sign_in(user_id, at=at))

    def sign_in(self, user_id: int, *, at: datetime | None = None) -> WebClient:
        """Another browser of the same person, signed in without the form."""
        at, token = at or clock.now(), f"token {next(self._numbers)} of nobody else"
        with self.app.app_context(), transaction() as session:
            session.add(
                UserSession(
                    token_hash=hash_token(token),
                    user_id=user_id,
                    created_at=at,
                    seen_at=at,
                    address="127.0.0.1",
                    user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0",
                )
            )
        client = WebClient(self.app)
        client.remember(token)
        return client

    def sign_in_as(self, role: Role | None, place: Place | None = None, **about: object) -> WebClient:
        """The browser of a new person with one role."""
        return self.person(role, place, **about).client  # type: ignore[arg-type]


def yesterday() -> date:
    """The day before today in England: a role that ended then is over."""
    return clock.today() - timedelta(days=1)


@cache
def _hashed(passwords: Passwords, password: str) -> str:
    """The same each time: what two tests make of the same database is the same too."""
    return passwords.hash(password)


def _authority(code: str, name: str) -> LocalAuthority:
    authority = LocalAuthority(code=code, name=name, policy_pack="darlington")
    db.session.add(authority)
    db.session.flush()
    return authority


def _school(authority: LocalAuthority, laestab: str, urn: str, name: str) -> Place:
    school = School(authority_id=authority.id, laestab=laestab, urn=urn, name=name)
    db.session.add(school)
    db.session.flush()
    return Place(authority.id, school.id, laestab)
