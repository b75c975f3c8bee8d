"""How fast residents' reports come, and what is asked above a normal rate: a little work.

Below it nothing is asked of anybody. Above it the page of the report carries a task that the
browser solves by itself while somebody writes: the more come, the more work. Whoever solves it is
taken in like everybody. Whoever does not (no script, an old device) is taken in too, and somebody
glances at the report first. Nobody is refused, and the API knows nothing of it: it has its limits.

Everything is counted in the database: it holds without Redis.
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from altcha import v1
from django.conf import settings
from django.utils.crypto import salted_hmac

from people import throttle
from tickets.models import Ticket

# What one device and one address send at a normal rate (house plan 8).
_DEVICE = {"rate": 6 / 600, "burst": 6}
_ADDRESS = {"rate": 30 / 3600, "burst": 30}
# What came above that from an address: more work for the next.
_ABOVE = {"rate": 64 / 3600, "burst": 64}
# The whole platform, by residents' pages: in a storm this many come in ten minutes.
_EVERYBODY, _SPAN = 300, timedelta(minutes=10)
# Hashes: the easiest is a tenth of a second on an old phone; each step above doubles it.
_EASIEST, _STEPS, _REPORTS_A_STEP, _EVERYBODY_A_STEP = 10_000, 8, 8, 100
_SOLVE_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Sender:
    """From where a report comes. device: a random number in a cookie, "" if there is none."""

    network: str
    device: str


# --- Photos --------------------------------------------------------------------------------------


def quota(*, network: str, at: datetime) -> Callable[[int], bool]:
    """Return what counts the photos of one form: may_upload() from this network."""
    return lambda size: may_upload(network=network, size=size, at=at)


def may_upload(*, network: str, size: int, at: datetime) -> bool:
    """Count an upload of so many bytes; False above what one address may send in a day."""
    each_day = settings.UPLOAD_MEGABYTES_EACH_DAY * 1024**2
    return throttle.take(
        key=f"upload:{network}", rate=each_day / 86_400, burst=each_day, at=at, cost=size
    )


# --- Reports -------------------------------------------------------------------------------------


def is_held(*, sender: Sender, solution: str, at: datetime) -> bool:
    """Count a report; tell whether somebody glances at it first.

    Only above the normal rate, and only if no task was solved for it.
    """
    measures = [throttle.take(key=f"report:{sender.network}", at=at, **_ADDRESS)]
    if sender.device:
        measures.append(throttle.take(key=f"report:device:{sender.device}", at=at, **_DEVICE))
    if not all(measures):
        throttle.take(key=f"report:above:{sender.network}", at=at, **_ABOVE)
    elif not _above_of_everybody(at):
        return False
    return not is_solved(solution, at=at)


def task(*, sender: Sender, at: datetime) -> dict[str, Any] | None:
    """Return the task that the page of a report carries now; None at a normal rate.

    In the form of ALTCHA's first version: find the number up to `maxNumber` whose SHA-256 behind
    `salt` is `challenge`.
    """
    step = _step(sender, at)
    if step is None:
        return None
    return v1.create_challenge(
        v1.ChallengeOptions(
            max_number=_EASIEST * 2**step, hmac_key=_key(), expires=at + _SOLVE_WITHIN
        )
    ).to_dict()


def is_solved(solution: str, *, at: datetime) -> bool:
    """Whether this is the solution of a task of ours, in time and for the first time."""
    given = _read(solution)
    if given is None:
        return False
    solved, _why = v1.verify_solution(given, _key(), check_expires=False)
    if not solved or at.timestamp() > _expires(given):
        return False
    # One solution, one report: the bucket never fills again, and is swept when all has expired.
    return throttle.take(key=f"task:{given['challenge']}", rate=0, burst=1, at=at)


def _step(sender: Sender, at: datetime) -> int | None:
    """Return how many times the work is doubled; None where none is asked."""
    above = f"report:above:{sender.network}"
    measures = {above: _ABOVE, f"report:{sender.network}": _ADDRESS}
    if sender.device:
        measures[f"report:device:{sender.device}"] = _DEVICE
    spare, *left = throttle.left(measures, at=at)
    many = _above_of_everybody(at)
    if min(left) >= 1 and not many:
        return None
    here = int((_ABOVE["burst"] - spare) // _REPORTS_A_STEP)
    return min(_STEPS, here + many // _EVERYBODY_A_STEP)


def _above_of_everybody(at: datetime) -> int:
    """Return how many more came by residents' pages lately than come on a bad day."""
    most = _EVERYBODY + _STEPS * _EVERYBODY_A_STEP
    lately = Ticket.objects.filter(reported_at__gt=at - _SPAN, channel=Ticket.Channel.WEB)
    return max(0, lately.order_by()[:most].count() - _EVERYBODY)


def _read(solution: str) -> v1.PayloadType | None:
    """Return what a browser sent, if it has the shape of a solution."""
    try:
        given = json.loads(base64.b64decode(solution, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    texts = ("algorithm", "challenge", "salt", "signature")
    if not isinstance(given, dict) or not all(isinstance(given.get(t), str) for t in texts):
        return None
    if given["algorithm"] != "SHA-256" or type(given.get("number")) is not int:
        return None
    return cast(v1.PayloadType, {name: given[name] for name in (*texts, "number")})


def _expires(given: v1.PayloadType) -> float:
    # Signed with the rest: it is as we wrote it.
    return float(v1.extract_params(given)["expires"][0])


def _key() -> str:
    return salted_hmac("tickets.measure", "").hexdigest()
