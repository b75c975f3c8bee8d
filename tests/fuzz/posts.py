"""Malformed posts over every HTML form: what a broken browser or a bad person sends."""

import json
import random
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import quote_plus

from tests.doors import World, undone
from tests.fuzz.crawl import Field, Form, client_of, forms
from tests.fuzz.tally import Tally

URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "----a-part-of-a-form"
# One pair of a form as it travels: its name and its value, bytes that may be no text at all.
Pairs = list[tuple[str, bytes]]
Body = tuple[bytes, str]

# What stands in a field that should not.
SPOILED = [text.encode("utf-8", "surrogatepass") for text in (
    "", " ", "\x00", "路灯\x00坏了", "𠮷𠀋🏮" * 40, "😀" * 5001, "\u202eقانون\u202c", "\ud800",
    "\ufeff\u200b\u2028", "a\r\nSet-Cookie: a=b", "'; DROP TABLE tickets_ticket; --", "{{7*7}}",
    "<script>alert(1)</script>", "../../etc/passwd", "=cmd|' /C calc'!A0", "NaN", "-Infinity",
    "1e400", "9" * 400, "-1", "0x10", "٣", "１２", "true", "null", "[]", "{}", "0000-00-00",
    "99999-12-31T25:61", "2026-02-30", "[" * 3000, "%00", "%ZZ", "a" * 1_000_000, "路" * 120_000,
)] + [b"\xff\xfe", b"\xe8\xb7", b"\xc0\x80"]  # fmt: skip


def fire(world: World, *, count: int, dice: int = 1) -> Tally:
    """Post at least `count` malformed forms, as many to each form, by whoever is shown it.

    :param dice: the same number, the same posts
    """
    tally = Tally()
    throw = random.Random(dice)
    found = forms(world)
    for form in found:
        client = client_of(world, form.who)
        for _ in range(-(-count // len(found))):
            body, content_type = spoil(form, throw)
            with undone():
                answer = client.generic("POST", form.path, body, content_type)
                if answer.streaming:
                    list(answer)
            tally.note(answer.status_code)
            if answer.status_code >= 500:
                tally.faults.append(
                    f"{form.who} {form.path} {content_type}: {answer.exc_info} {body[:300]!r}"
                )
    return tally


def spoil(form: Form, throw: random.Random) -> Body:
    """Return the form's body with something wrong in it."""
    kind = throw.choice(KINDS)
    return kind(form, throw)


def _pairs(form: Form) -> Pairs:
    return [(field.name, _value(field)) for field in form.fields]


def _value(field: Field) -> bytes:
    return field.value.encode()


def _with_one_spoiled(form: Form, throw: random.Random) -> Body:
    pairs = _pairs(form) or [("next", b"")]
    place = throw.randrange(len(pairs))
    pairs[place] = (pairs[place][0], throw.choice(SPOILED))
    return throw.choice((urlencoded, multipart))(pairs)


def _with_all_spoiled(form: Form, throw: random.Random) -> Body:
    short = [value for value in SPOILED if len(value) < 10_000]
    return throw.choice((urlencoded, multipart))(
        [(name, throw.choice(short)) for name, _ in _pairs(form)]
    )


def _doubled(form: Form, throw: random.Random) -> Body:
    pairs = [(name, throw.choice((value, throw.choice(SPOILED)))) for name, value in _pairs(form)]
    small = [(name, value[:1000]) for name, value in pairs]
    return urlencoded(small + _pairs(form) + small)


def _with_a_name_spoiled(form: Form, throw: random.Random) -> Body:
    names = ("\x00", "𠮷", "words[]", "__proto__", "posts-999-id", "", "a" * 5000)
    pairs = [*_pairs(form), (throw.choice(names), b"1")]
    if pairs[:-1]:
        del pairs[throw.randrange(len(pairs) - 1)]
    return throw.choice((urlencoded, multipart))(pairs)


def _with_very_many_fields(form: Form, throw: random.Random) -> Body:
    return urlencoded(_pairs(form) + [(f"more-{number}", b"1") for number in range(700)])


def _with_files_for_words(form: Form, throw: random.Random) -> Body:
    content = throw.choice(
        (b"", b"\xff\xd8\xff", b"GIF89a" + b"\x00" * 50, b"PK\x03\x04", b"a,b\n")
    )
    name = throw.choice(("a.jpg", "../../a.jpg", "a.csv", "\x00.xlsx", "路" * 300, ""))
    return multipart(_pairs(form), files=[(field.name, name, content) for field in form.fields])


def _as_something_else(form: Form, throw: random.Random) -> Body:
    kind = throw.choice((
        "application/json", "text/plain", "application/xml", "", "multipart/form-data", "///",
        f"multipart/form-data; boundary={'b' * 300}", f"{URLENCODED}; charset=klingon",
        f"{URLENCODED}; charset=utf-16", "application/octet-stream",
    ))  # fmt: skip
    whole = urlencoded(_pairs(form))[0]
    body = throw.choice((b"", whole, b"\x00" * 64, json.dumps([[[]]] * 50).encode()))
    return body, kind


def _cut_off(form: Form, throw: random.Random) -> Body:
    body, kind = multipart(_pairs(form) or [("a", b"b")])
    return body[: throw.randrange(len(body))], kind


KINDS: tuple[Callable[[Form, random.Random], Body], ...] = (
    _with_one_spoiled, _with_one_spoiled, _with_one_spoiled, _with_all_spoiled, _doubled,
    _with_a_name_spoiled, _with_very_many_fields, _with_files_for_words, _as_something_else,
    _cut_off,
)  # fmt: skip


# The same few values again and again, some of them very long.
_quoted = lru_cache(maxsize=1000)(quote_plus)


def urlencoded(pairs: Pairs) -> Body:
    """Return the pairs as a plain form sends them."""
    return "&".join(f"{_quoted(n)}={_quoted(v)}" for n, v in pairs).encode(), URLENCODED


def multipart(pairs: Pairs, files: list[tuple[str, str, bytes]] | None = None) -> Body:
    """Return the pairs, and files by (field, name, content), as a form with files sends them."""
    return b"".join(_parts(pairs, files or [])), f"multipart/form-data; boundary={BOUNDARY}"


def _parts(pairs: Pairs, files: list[tuple[str, str, bytes]]) -> Iterator[bytes]:
    for name, value in pairs:
        yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        yield value + b"\r\n"
    for field, name, content in files:
        head = f'Content-Disposition: form-data; name="{field}"; filename="{name}"'
        yield f"--{BOUNDARY}\r\n{head}\r\nContent-Type: image/jpeg\r\n\r\n".encode()
        yield content + b"\r\n"
    yield f"--{BOUNDARY}--\r\n".encode()
