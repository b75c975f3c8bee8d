"""The platform refuses to start half-configured, and says what is missing."""

import json
import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tonglianggov import keys

ROOT = Path(__file__).parent.parent
REAL = {
    "PRODUCTION": "1",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "FIELD_KEYS": Fernet.generate_key().decode(),
    "RECEIPT_KEYS": secrets.token_urlsafe(48),
    "SEAL_KEY": secrets.token_urlsafe(32),
    "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "ALLOWED_HOSTS": "platform.example",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with this environment alone."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_production_settings_pass_every_deploy_check(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", **REAL, DATA_DIR=str(tmp_path))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (0 silenced).\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", sorted(set(REAL) - {"PRODUCTION"}))
def test_production_does_not_start_without(name, tmp_path):
    rest = {key: value for key, value in REAL.items() if key != name}

    done = manage("check", **rest, DATA_DIR=str(tmp_path))

    assert done.returncode == 1
    assert f"PRODUCTION is set but these are not: {name}." in done.stderr


def test_production_does_not_start_on_sqlite(tmp_path):
    done = manage("check", **REAL | {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"})

    assert done.returncode == 1
    assert "Production needs PostgreSQL" in done.stderr


def test_demonstration_accounts_and_production_exclude_each_other(tmp_path):
    done = manage("check", **REAL, DEMONSTRATION="1", DATA_DIR=str(tmp_path))

    assert done.returncode == 1
    assert "Demonstration accounts have a public password" in done.stderr


def test_a_wrong_key_is_found_before_the_first_telephone_number(tmp_path):
    wrong = REAL | {"FIELD_KEYS": secrets.token_urlsafe(40), "SEAL_KEY": secrets.token_urlsafe(40)}

    done = manage("check", **wrong, DATA_DIR=str(tmp_path))

    assert done.returncode == 1
    assert "tonglianggov.E002" in done.stderr
    assert "tonglianggov.E005" in done.stderr


def test_production_does_not_start_with_secrets_that_are_none(tmp_path):
    weak = REAL | {
        "SECRET_KEY": "django-insecure-" + secrets.token_urlsafe(40),
        "RECEIPT_KEYS": "short",
        "DATABASE_URL": "postgres://postgres:postgres@127.0.0.1:9/none",
    }

    done = manage("check", **weak, DATA_DIR=str(tmp_path))

    assert done.returncode == 1
    said = done.stderr.splitlines()[-1]
    assert said.endswith(
        "PRODUCTION is set, but: SECRET_KEY comes from an example. RECEIPT_KEYS is shorter than "
        "32 characters. The password in DATABASE_URL is one that everybody tries. "
        "deploy/make_secrets.py makes new ones."
    )
    # No secret stands in a log.
    assert weak["SECRET_KEY"] not in done.stderr


def test_a_fresh_machine_makes_its_keys_once_and_for_its_owner_only(tmp_path):
    first, second = keys.kept_in(tmp_path), keys.kept_in(tmp_path)

    assert first == second
    assert set(first) == set(keys.NAMES)
    path = tmp_path / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["keys.json"]


def test_of_two_that_start_together_the_first_ones_keys_hold(tmp_path):
    theirs = dict.fromkeys(keys.NAMES, "theirs")
    (tmp_path / "keys.json").write_text(json.dumps(theirs))

    keys._make(tmp_path / "keys.json")

    assert keys.kept_in(tmp_path) == theirs


def test_keys_of_an_older_version_hold_and_the_new_one_is_added(tmp_path):
    older = {"SECRET_KEY": "old", "FIELD_KEYS": "older", "RECEIPT_KEYS": "oldest"}
    (tmp_path / "keys.json").write_text(json.dumps(older))

    found = keys.kept_in(tmp_path)

    assert found | older == found
    assert len(found["SEAL_KEY"]) == 44
    assert keys.kept_in(tmp_path) == found


def test_a_secret_from_a_file_does_not_hold_its_line_break(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(REAL["SECRET_KEY"] + "\n")
    show = "from django.conf import settings; print(repr(settings.SECRET_KEY))"
    rest = {name: value for name, value in REAL.items() if name != "SECRET_KEY"}

    done = manage("shell", "-v", "0", "-c", show, **rest, SECRET_KEY_FILE=str(secret))

    assert done.stdout.strip() == repr(REAL["SECRET_KEY"])
