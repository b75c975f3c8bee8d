"""Opening a report with its code and PIN, with a limit on wrong tries."""

from datetime import datetime

from people import throttle
from tickets import receipts
from tickets.access import with_receipt
from tickets.models import Ticket

# Wrong tries (trust plan 3.10): 5 in 15 minutes from one address, 20 a day on one code.
_BY_ADDRESS = {"rate": 5 / 900, "burst": 5}
_BY_CODE = {"rate": 20 / 86400, "burst": 20}
_WAIT_SECONDS = 180


class TooManyTries(Exception):
    """Too many wrong tries; `wait` seconds until the next one."""

    def __init__(self) -> None:
        super().__init__()
        self.wait = _WAIT_SECONDS


def opened(*, code: str, pin: str, address: str, at: datetime) -> Ticket | None:
    """Return the ticket that the code and PIN open, None if they open none.

    Only wrong tries count. Above the limit nothing is opened, right or wrong.

    :raises TooManyTries: from this address, or on this code
    """
    buckets = (
        (f"pin:{address}", _BY_ADDRESS),
        (f"pin:{receipts.tidy(code)[:20]}", _BY_CODE),
    )
    # Paid before the look and given back after a right one: parallel guesses all pay.
    paid = [key for key, limit in buckets if throttle.take(key=key, at=at, **limit)]
    if len(paid) < len(buckets):
        _give_back(paid)
        raise TooManyTries
    ticket = with_receipt(code, pin)
    if ticket is not None:
        _give_back(paid)
    return ticket


def _give_back(keys: list[str]) -> None:
    for key in keys:
        throttle.give_back(key=key)
