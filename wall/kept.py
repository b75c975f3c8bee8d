"""Answers that many walls ask for, kept as they are sent: compressed, with their ETag.

One for each scope, for as long as nothing happened. While one thread makes it the others wait for
it instead of making it too. Each process keeps its own; there is nothing to forget elsewhere.

Figures of a large district take long to count, and something happens every second there: what took
long may be shared a while although something has happened since. It says of when it is.
"""

import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from hashlib import blake2b

from django.db.models import Count, Max, Min
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from tickets.models import TicketEvent

MOST_KEPT = 32
# Whatever is no line of history (a renamed type, a moved village) shows after this.
MOST_AGE = 30.0  # seconds
# Lines commit out of order: one that comes late moves the lowest of the last so many.
_LAST = 2000
# Level 1: a little larger than 6, in a fifth of the time.
_LEVEL = 1
# What may be shared although something happened: for so many times as long as it took to make, if
# that was long. So whatever goes on, one scope's figures burn a fifth of a processor at most.
RESTS = 4
QUICK = 0.25  # seconds


def version() -> tuple:
    """Return what changes with every line of history that is committed."""
    last = TicketEvent.objects.order_by("-pk")[:_LAST]
    found = last.aggregate(newest=Max("pk"), oldest=Min("pk"), count=Count("pk"))
    return found["newest"] or 0, found["oldest"] or 0, found["count"]


@dataclass
class Kept:
    """One answer: the compressed JSON, its tag, and for what it is true."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    version: tuple = ()
    made_at: float = 0.0
    took: float = 0.0
    body: bytes = b""
    etag: str = ""

    def holds(self, version: tuple, *, shared: float) -> bool:
        age = time.monotonic() - self.made_at
        if not shared:
            return self.version == version and age < MOST_AGE
        resting = self.took > QUICK and age < self.took * RESTS
        return (self.version == version or resting) and age < shared


class Cache:
    """The answers of this process, by what was asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def answer(
        self, key: Hashable, version: tuple, make: Callable[[], str], *, shared: float = 0.0
    ) -> Kept:
        """Return the answer for the key that is true for this version, made if need be.

        :param shared: where one of an earlier version will do for a while if it took long: for so
            many seconds at most, and none is older, as lights change while nothing happens
        """
        with self._lock:
            kept = self._kept.setdefault(key, Kept())
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        if kept.holds(version, shared=shared):
            return kept
        with kept.lock:
            with self._lock:
                # Somebody made it while we waited.
                kept = self._kept.get(key, kept)
            if not kept.holds(version, shared=shared):
                kept = self._made(key, version, make, kept)
        return kept

    def _made(self, key: Hashable, version: tuple, make: Callable[[], str], before: Kept) -> Kept:
        began = time.monotonic()
        text = make().encode()
        # A new one: whoever sends the old one at this moment must not see it change.
        made = Kept(
            lock=before.lock,
            version=version,
            made_at=time.monotonic(),
            took=time.monotonic() - began,
            body=gzip.compress(text, _LEVEL, mtime=0),
            etag=f'W/"{blake2b(text, digest_size=16).hexdigest()}"',
        )
        with self._lock:
            self._kept[key] = made
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


cache = Cache()


def send(request: HttpRequest, kept: Kept) -> HttpResponse:
    """Answer with what is kept, or with 304 if the caller has this very one."""
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    body = kept.body if zipped else gzip.decompress(kept.body)
    answer = HttpResponse(body, content_type="application/json")
    if zipped:
        answer["Content-Encoding"] = "gzip"
    answer["ETag"] = kept.etag
    sent = get_conditional_response(request, etag=kept.etag, response=answer) or answer
    patch_cache_control(sent, private=True, no_cache=True)
    patch_vary_headers(sent, ["Cookie", "Authorization", "Accept-Encoding"])
    return sent
