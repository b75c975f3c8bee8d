"""A report's code and PIN: the resident's key to it, without an account.

Both are derived from the report's key (HMAC), so a form sent twice gets the same answer, and
nothing secret is stored. The code names the report and may stand in an address or a QR code; the
PIN never does.
"""

import hmac
from uuid import UUID

from django.conf import settings

# Crockford's base 32: no I, L, O, U, so nothing is misread over the phone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10  # 50 bits
PIN_LENGTH = 6


def code_of(key: UUID) -> str:
    """Return the ten characters that name the report made with this key."""
    number = int.from_bytes(_mac(settings.RECEIPT_KEYS[0], "code", key), "big")
    return "".join(_ALPHABET[(number >> (5 * i)) & 31] for i in range(CODE_LENGTH))


def pin_of(key: UUID) -> str:
    """Return the six digits that open the report made with this key."""
    return _pin(settings.RECEIPT_KEYS[0], key)


def opens(key: UUID, pin: str) -> bool:
    """Tell whether this PIN opens the report, in constant time, also under an older secret."""
    typed = "".join(pin.split()).encode()
    matches = [hmac.compare_digest(_pin(k, key).encode(), typed) for k in settings.RECEIPT_KEYS]
    return any(matches)


def tidy(code: str) -> str:
    """Return a typed code as stored: upper case, no blanks or dashes, O as 0, I and L as 1."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return plain.translate(str.maketrans("OIL", "011"))


def _pin(secret: str, key: UUID) -> str:
    number = int.from_bytes(_mac(secret, "pin", key)[:8], "big")
    return str(number % 10**PIN_LENGTH).zfill(PIN_LENGTH)


def _mac(secret: str, purpose: str, key: UUID) -> bytes:
    return hmac.digest(secret.encode(), f"{purpose}:{key}".encode(), "sha256")
