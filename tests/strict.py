"""What every answer must say to the browser, whoever asks and whatever comes of it."""

from typing import Any

from django.http import HttpResponseBase

from tonglianggov import headers

# As in production, but for the cookies' names: who is signed in in a test signed in under another.
IN_PRODUCTION: dict[str, Any] = {
    name: value for name, value in headers.IN_PRODUCTION.items() if not name.endswith("_NAME")
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": headers.POLICY,
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
# Nothing else may be loaded by what is no page of ours.
NO_PAGE = "default-src 'none'; sandbox"
# Kept by one's own browser alone, which asks each time whether it still holds.
ASKED_AGAIN = {
    "tickets:photo", "wall:areas", "wall:dots", "wall:film", "wall:figures",
}  # fmt: skip
# The same for everybody: nobody's name, nobody's report.
FOR_EVERYBODY = {"tickets:outline", "tickets:manifest", "tickets:service_worker"}
# What a page's script must read: nobody is known by it.
READABLE = {"csrftoken", "django_language"}


def faults(answer: HttpResponseBase, *, name: str, signed_in: bool) -> list[str]:
    """Return what is missing or lax in this answer; nothing if it is strict.

    :param name: of the address
    :param signed_in: whether the one who asked is somebody here, or a wall device
    """
    found = [
        f"{header}: {answer.headers.get(header)}"
        for header, wanted in ALWAYS.items()
        if answer.headers.get(header) != wanted
    ]
    if not is_strict(policy := answer.headers.get("Content-Security-Policy", "")):
        found.append(f"Content-Security-Policy: {policy}")
    kept = answer.headers.get("Cache-Control", "")
    if not _is_kept_well(kept, name, signed_in):
        found.append(f"Cache-Control: {kept}")
    for cookie in answer.cookies.values():
        deleted = cookie["max-age"] == 0
        hidden = cookie["httponly"] or cookie.key in READABLE
        if not cookie["samesite"] or not (deleted or (cookie["secure"] and hidden)):
            found.append(f"Set-Cookie: {cookie.OutputString()}")
    return found


def is_strict(policy: str) -> bool:
    """Whether this content policy lets nothing of anybody else's in."""
    if policy == NO_PAGE:
        return True
    wanted = (
        "default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'",
        "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    )  # fmt: skip
    lax = ("unsafe", "http:", "https:", "*")
    return all(rule in policy for rule in wanted) and not any(word in policy for word in lax)


def _is_kept_well(kept: str, name: str, signed_in: bool) -> bool:
    if name in FOR_EVERYBODY:
        return bool(kept)
    if "no-store" in kept:
        return True
    return "private" in kept and "no-cache" in kept and (not signed_in or name in ASKED_AGAIN)
