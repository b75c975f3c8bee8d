"""What gateways that take signed JSON over HTTP share."""

import hmac
import http.client
import json
import urllib.error
import urllib.request
from hashlib import sha256

from notices.senders.base import CannotSend, Message

_TIMEOUT = 5  # seconds, for the connection and for each read
# Busy, or asking to come back: worth another try although they are 4xx.
_COME_BACK = {408, 425, 429}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A gateway that moved is a fault to be noticed: messages must not follow it elsewhere."""

    def redirect_request(self, *arguments, **named):
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return HMAC-SHA256 over "<timestamp>.<body>", in hexadecimal: what the gateway checks."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


def post(*, url: str, secret: str, payload: dict, message: Message) -> None:
    """Send the payload as signed JSON; return when the gateway answered 2xx.

    Headers: X-Timestamp (seconds since 1970), X-Signature, Idempotency-Key (the message's key).

    :raises CannotSend: temporary for no connection, no answer in time, 408, 425, 429 and 5xx;
        final for everything else
    """
    if not url.startswith(("https://", "http://")) or not secret:
        raise CannotSend("The gateway's address or secret is not set.", temporary=True)
    body = json.dumps(payload, ensure_ascii=False).encode()
    timestamp = str(int(message.at.timestamp()))
    request = urllib.request.Request(  # noqa: S310  the scheme was checked above
        url,
        data=body,
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "X-Timestamp": timestamp,
            "X-Signature": signature(secret, timestamp, body),
            "Idempotency-Key": message.key,
        },
    )
    try:
        with _opener.open(request, timeout=_TIMEOUT) as answer:
            answer.read(1024)
    except urllib.error.HTTPError as fault:
        status = fault.code
        fault.close()
        temporary = status >= 500 or status in _COME_BACK
        raise CannotSend(f"The gateway answered {status}.", temporary=temporary) from None
    except (OSError, http.client.HTTPException) as fault:
        # Names only the kind of fault: the text may hold addresses.
        reason = type(getattr(fault, "reason", None) or fault).__name__
        raise CannotSend(f"The gateway cannot be reached ({reason}).", temporary=True) from fault
