"""The four secrets of a machine that nobody has configured: made once, kept beside the data.

Only development and demonstration keep keys here. In production every key comes from the
environment, and settings.py refuses to start without.
"""

import base64
import json
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

NAMES = ("SECRET_KEY", "FIELD_KEYS", "RECEIPT_KEYS", "SEAL_KEY")


def kept_in(directory: Path) -> dict[str, str]:
    """Return the keys kept in `directory`/keys.json; make the file (mode 0600) when it is missing.

    Two processes that start together agree: the file appears whole or not at all.
    """
    path = directory / "keys.json"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        _make(path)
    kept = json.loads(path.read_text())
    if missing := set(NAMES) - set(kept):
        # A file of an older version: its keys hold, the new ones are added.
        kept |= {name: value for name, value in _new().items() if name in missing}
        os.replace(_draft(path, kept), path)
    return kept


def _make(path: Path) -> None:
    draft = _draft(path, _new())
    try:
        # A hard link fails when the other process was first: then its keys hold.
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _new() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(60),
        "FIELD_KEYS": Fernet.generate_key().decode(),
        "RECEIPT_KEYS": secrets.token_urlsafe(48),
        "SEAL_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }


def _draft(path: Path, keys: dict[str, str]) -> Path:
    draft = path.with_name(f"keys.{os.getpid()}.{secrets.token_hex(4)}.json")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(keys, file, indent=1)
    return draft
