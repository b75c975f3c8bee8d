"""Which secrets protect nothing, and that random ones always do."""

import base64
import hashlib
import secrets

import pytest
from cryptography.fernet import Fernet

from tonglianggov import weak

# As random as any, and the same for every worker: parameters name tests.
GOOD = base64.urlsafe_b64encode(hashlib.sha512(b"a key of the tests").digest()).decode()[:80]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("SECRET_KEY", GOOD[:49], "SECRET_KEY is shorter than 50 characters."),
        ("RECEIPT_KEYS", GOOD[:31], "RECEIPT_KEYS is shorter than 32 characters."),
        ("SECRET_KEY", "", "SECRET_KEY is shorter than 50 characters."),
        ("SECRET_KEY", f"change-me-{GOOD}", "SECRET_KEY comes from an example."),
        ("SECRET_KEY", f"Your_Secret-{GOOD}", "SECRET_KEY comes from an example."),
        ("SEAL_KEY", "demo-tongliang" * 4, "SEAL_KEY comes from an example."),
        ("SEAL_KEY", "a" * 44, "SEAL_KEY repeats the same characters."),
        ("SEAL_KEY", GOOD[:22] * 2, "SEAL_KEY repeats the same characters."),
    ],
)
def test_a_weak_key_is_named_with_its_reason(name, value, fault):
    assert weak.faults({name: [GOOD, value]}, {}) == [fault]


def test_one_key_for_two_purposes_is_none():
    assert weak.faults({"SECRET_KEY": [GOOD], "RECEIPT_KEYS": [GOOD]}, {}) == [
        "RECEIPT_KEYS is the same as SECRET_KEY: who learns one has both."
    ]


@pytest.mark.parametrize(
    "address",
    [
        "postgres://postgres:postgres@db/platform",
        "postgres://tongliang:tongliang@db/platform",
        "postgres://platform:P%40ssw0rd@db/platform",
        "redis://:@cache/0",
        "redis://:redis@cache/0",
    ],
)
def test_a_password_that_everybody_tries_is_none(address):
    assert weak.faults({}, {"DATABASE_URL": address}) == [
        "The password in DATABASE_URL is one that everybody tries."
    ]


@pytest.mark.parametrize(
    "address",
    ["postgres:///platform?host=/run/postgresql", "redis://cache/0", f"redis://:{GOOD}@cache/0"],
)
def test_a_server_may_know_its_caller_otherwise(address):
    assert weak.faults({}, {"DATABASE_URL": address}) == []


def test_what_our_own_commands_make_is_always_strong():
    for _ in range(2_000):
        made = {
            "SECRET_KEY": [secrets.token_urlsafe(60)],
            "RECEIPT_KEYS": [secrets.token_urlsafe(48)],
            "FIELD_KEYS": [Fernet.generate_key().decode()],
            "SEAL_KEY": [base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()],
        }
        assert weak.faults(made, {}) == []
