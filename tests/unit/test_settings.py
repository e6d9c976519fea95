"""Settings: what they are when nothing is said, and what stops the start."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from cme.errors import Unusable
from cme.settings import Settings
from importers.reading.limits import WEB_LIMITS

STRONG = "Jq2vX7-mN4bT9_kR1sW8zLc5pYd0hFgA"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings of its own, in an environment without any."""
    monkeypatch.chdir(tmp_path)
    for name in ("CME_SECRET_KEY", "CME_DATABASE_URL", "CME_INSTANCE", "CME_ORGANISATION_NAME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_database_is_a_file_in_the_instance_folder_by_default(elsewhere: Path) -> None:
    assert Settings().resolve_database_url() == f"sqlite:///{elsewhere}/instance/cme.db"
    assert stat.S_IMODE((elsewhere / "instance").stat().st_mode) == 0o700


def test_no_council_is_made_up_where_none_is_named() -> None:
    assert Settings().organisation_name == "Local authority"


def test_a_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CME_DATABASE_URL", "postgresql://db.example/cme")
    monkeypatch.setenv("CME_ORGANISATION_NAME", "Northmoor Council")
    settings = Settings.load()
    assert settings.resolve_database_url() == "postgresql://db.example/cme"
    assert settings.organisation_name == "Northmoor Council"


def test_the_first_start_makes_a_key_that_only_the_service_may_read_and_keeps_it(elsewhere: Path) -> None:
    key = Settings().resolve_secret_key()
    assert len(key) >= 43
    assert Settings().resolve_secret_key() == key
    assert stat.S_IMODE((elsewhere / "instance" / "secret_key").stat().st_mode) == 0o600


def test_hosts_that_share_a_database_must_be_given_the_key() -> None:
    settings = Settings(database_url="postgresql://db.example/cme")
    with pytest.raises(Unusable, match=r"CME_SECRET_KEY is not set\. Give every web host the same one"):
        settings.resolve_secret_key()


@pytest.mark.parametrize("weak", ["secret", "x" * 64, "changeme" * 4, "abcabcabc" * 5])
def test_a_weak_key_stops_the_start(weak: str) -> None:
    with pytest.raises(Unusable, match=r"CME_SECRET_KEY is too easy to guess\. Use at least 32"):
        Settings(secret_key=SecretStr(weak)).resolve_secret_key()


def test_a_kept_key_that_was_emptied_stops_the_start(elsewhere: Path) -> None:
    Settings().resolve_secret_key()
    (elsewhere / "instance" / "secret_key").write_text("")
    with pytest.raises(Unusable, match="secret_key is too easy to guess"):
        Settings().resolve_secret_key()


def test_a_strong_key_is_used_and_never_shown() -> None:
    settings = Settings(secret_key=SecretStr(STRONG))
    assert settings.resolve_secret_key() == STRONG
    assert STRONG not in repr(settings)


def test_a_setting_that_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CME_SESSION_IDLE_MINUTES", "soon")
    with pytest.raises(Unusable, match=r"^CME_SESSION_IDLE_MINUTES cannot be used: "):
        Settings.load()


def test_uploads_are_limited_as_the_reader_of_files_says() -> None:
    assert Settings().max_upload_bytes == WEB_LIMITS.upload_bytes
