"""Secrets that are none: short, well known, repeated, or one for two purposes.

Only names and reasons are told, never a secret.
"""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote, urlsplit

# Characters: what `secrets.token_urlsafe` of 24 bytes gives. Django asks for 50 of its own key.
_SHORTEST, _SHORTEST_OF = 32, {"SECRET_KEY": 50}
_KINDS = 10  # different characters; a random key has more than twice as many
# Pieces of keys from examples and manuals, in small letters without "-" and "_".
_KNOWN = (
    "changeme", "changethis", "djangoinsecure", "secretkey", "yoursecret", "placeholder",
    "password", "insecure", "replaceme", "examplekey", "12345678", "qwerty", "demotongliang",
)  # fmt: skip
_KNOWN_PASSWORDS = frozenset({
    "", "admin", "changeme", "default", "platform", "postgres", "postgresql", "redis", "root",
    "secret", "test", "123456", "12345678", "password", "passw0rd", "p@ssw0rd",
})  # fmt: skip


def faults(keys: Mapping[str, Sequence[str]], addresses: Mapping[str, str]) -> list[str]:
    """Return one sentence for each secret that protects nothing, in the order of the names.

    :param keys: the keys under each variable's name
    :param addresses: addresses of servers, whose passwords are looked at if they have one
    """
    return [*_of_keys(keys), *_twice(keys), *_of_addresses(addresses)]


def _of_keys(keys: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, values in keys.items():
        shortest = _SHORTEST_OF.get(name, _SHORTEST)
        for value in values:
            plain = value.lower().replace("-", "").replace("_", "")
            if len(value) < shortest:
                yield f"{name} is shorter than {shortest} characters."
            elif any(piece in plain for piece in _KNOWN):
                yield f"{name} comes from an example."
            elif len(set(value)) < _KINDS or value in (value + value)[1:-1]:
                yield f"{name} repeats the same characters."


def _twice(keys: Mapping[str, Sequence[str]]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name, values in keys.items():
        for value in values:
            other = seen.setdefault(value, name)
            if other != name:
                yield f"{name} is the same as {other}: who learns one has both."


def _of_addresses(addresses: Mapping[str, str]) -> Iterator[str]:
    for name, address in addresses.items():
        server = urlsplit(address)
        # None at all is for the server to allow: through its own socket it may know who asks.
        if server.password is None:
            continue
        password = unquote(server.password).lower()
        if password in _KNOWN_PASSWORDS or password == unquote(server.username or "").lower():
            yield f"The password in {name} is one that everybody tries."
