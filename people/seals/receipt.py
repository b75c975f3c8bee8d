"""The hashing rules of seals, and the check of a receipt. Needs neither Django nor a database.

Whoever holds a receipt can check it with this file alone:

    pip install cryptography
    python receipt.py my-receipt.json --key PUBLIC_KEY

The public key should come from somewhere else than the receipt: the platform's page of seals, a
notice board, a newspaper.
"""

import argparse
import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# A leaf can never pass for a branch.
_LEAF, _BRANCH = b"\0", b"\1"


class BadReceipt(Exception):
    """The receipt does not prove what it says; the message says which part does not fit."""


def canonical(thing: Any) -> bytes:
    """Return the one way in which this is written: JSON, keys sorted, no blanks, UTF-8."""
    text = json.dumps(thing, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def leaf(row: dict[str, Any]) -> str:
    """Return a row's hash, in hex as all hashes here."""
    return sha256(_LEAF + canonical(row)).hexdigest()


def branch(left: str, right: str) -> str:
    """Return the hash of two neighbours."""
    return sha256(_BRANCH + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def digest(thing: Any) -> str:
    """Return the hash of a seal's or a statement's head."""
    return sha256(canonical(thing)).hexdigest()


def climb(start: str, way: list[list[str]]) -> str:
    """Return the root that one meets from this hash: each step is a side, and the neighbour."""
    for side, neighbour in way:
        start = branch(neighbour, start) if side == "left" else branch(start, neighbour)
    return start


def is_signed(statement: dict[str, Any], signature: str, public_key: str) -> bool:
    """Tell whether the key with this public half has signed the statement."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), canonical(statement))
    except (InvalidSignature, ValueError):
        return False
    return True


def check(receipt: dict[str, Any], keys: list[str] | None = None) -> dict[str, Any]:
    """Return the signed statement that covers the receipt's row.

    :param keys: public keys that are believed; without, the one that the receipt brings
    :raises BadReceipt: if a hash, the way or the signature does not fit
    """
    try:
        return _check(receipt, keys)
    except (KeyError, TypeError, ValueError) as fault:
        raise BadReceipt("it is not a whole receipt") from fault


def _check(receipt: dict[str, Any], keys: list[str] | None) -> dict[str, Any]:
    if receipt["row"] is not None and leaf(receipt["row"]) != receipt["row_hash"]:
        raise BadReceipt("the row is not the one that was sealed")
    if climb(receipt["row_hash"], receipt["way_to_seal"]) != receipt["seal"]["root"]:
        raise BadReceipt("the row is not in the seal")
    signed = receipt["signed"]
    if signed is None:
        raise BadReceipt("it is sealed but not yet signed; fetch it again tomorrow")
    if climb(digest(receipt["seal"]), receipt["way_to_statement"]) != signed["statement"]["root"]:
        raise BadReceipt("the seal is not in the signed statement")
    if keys is not None and signed["public_key"] not in keys:
        raise BadReceipt("it was signed with a key that is not the platform's")
    if not is_signed(signed["statement"], signed["signature"], signed["public_key"]):
        raise BadReceipt("the signature is not right")
    return signed["statement"]


def main() -> int:
    """Check the receipt in a file; 0 if it holds."""
    arguments = argparse.ArgumentParser(description="Check a receipt of a report.")
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--key", action="append", help="a public key that is believed (hex)")
    asked = arguments.parse_args()
    try:
        statement = check(json.loads(asked.file.read_text("utf-8")), asked.key)
    except (BadReceipt, ValueError) as fault:
        sys.stderr.write(f"This receipt does not hold: {fault}.\n")
        return 1
    sys.stdout.write(f"This receipt holds: signed on {statement['at']}.\n")
    if not asked.key:
        sys.stdout.write("Its own key was believed; give --key to compare with the platform's.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
