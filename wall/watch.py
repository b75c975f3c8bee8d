"""What keeps the open screens true beside the frames: a watch over the database, and a heartbeat.

Frames are best effort. Every process that serves sockets looks itself whether something was
committed that never went over the air (Redis was away, another process cannot reach this one's
memory) and puts it on the air; and whether somebody's rights have changed.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import redis
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone

from notices.live import message_of
from tickets import broadcast
from tickets.models import TicketEvent
from wall import entrance
from wall.hub import Running
from wall.snapshot import OVERLAP, newest

log = logging.getLogger(__name__)

HEARTBEAT = 10.0  # seconds
RECHECK = 60.0  # seconds after which a socket's rights are asked for again
# Seconds between two looks. Without Redis the database is all that another process shares with us.
LOOK = 0.5 if settings.EMBEDDED else 2.0


class Watch:
    """The work beside listening, for one process."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.hub = running.hub
        self._noticed: set[int] = set()
        self._entry = 0

    async def look_after(self) -> None:
        """Look at the database again and again, until cancelled."""
        while True:
            try:
                if not self.running.ready.is_set():
                    await self._begin()
                else:
                    await self.repair()
                    await self.recheck()
            except DatabaseError as fault:
                log.warning("the wall cannot look at the database: %s", fault)
            self.running.ready.set()
            await asyncio.sleep(LOOK)

    async def beat(self) -> None:
        """Say every ten seconds that we are here, and how far the history has got."""
        while True:
            await asyncio.sleep(HEARTBEAT)
            at = timezone.now().isoformat()
            self.hub.say({"heartbeat": True, "sequence": self.hub.sequence, "at": at})
            try:
                await self.hub.stay_listening()
            except (redis.RedisError, OSError) as fault:
                log.warning("the hub cannot join its group: %s", fault)

    async def _begin(self) -> None:
        # What is known before the first socket fetches its snapshot needs no frame.
        self.hub.sequence, lines = await _in_thread(_recent, timezone.now())
        self.hub.heard = {ticket: pk for pk, ticket in lines}
        self._entry = await _in_thread(entrance.newest_entry)

    async def repair(self) -> None:
        """Put on the air what was committed and did not come as a frame within one look."""
        sequence, lines = await _in_thread(_recent, timezone.now())
        heard = self.hub.heard
        silent: dict[int, list[int]] = defaultdict(list)
        for pk, ticket in lines:
            if pk > heard.get(ticket, 0):
                silent[ticket].append(pk)
        # A frame may be on its way: only what was silent at the last look too is lost.
        lost = {ticket: pks for ticket, pks in silent.items() if ticket in self._noticed}
        self._noticed = set(silent) - set(lost)
        recent = {ticket for _pk, ticket in lines}
        self.hub.heard = {ticket: pk for ticket, pk in heard.items() if ticket in recent}
        self.hub.heard |= {ticket: pks[-1] for ticket, pks in lost.items()}
        if len(lost) > broadcast.TOO_MANY:
            self.hub.say({"refetch": True, "sequence": sequence})
        elif lost:
            for frame in await _in_thread(_frames, lost):
                self.hub.deliver(message_of(list(frame.topics), frame.body, frame.for_visitors))
        self.hub.sequence = max(self.hub.sequence, sequence)

    async def recheck(self) -> None:
        """Ask again for the rights of those who may have lost some, and of everybody in turn."""
        self._entry, owners = await _in_thread(entrance.rights_changed, self._entry)
        now = asyncio.get_running_loop().time()
        for screen in self.hub.screens():
            touched = owners is None or screen.owner in owners
            if touched or now - screen.checked_at >= RECHECK:
                screen.checked_at = now
                await screen.recheck()


def work(running: Running) -> list[Coroutine[Any, Any, None]]:
    """Return what runs beside listening while a process has sockets."""
    watch = Watch(running)
    return [watch.look_after(), watch.beat()]


async def _in_thread(question: Callable[..., Any], *arguments: Any) -> Any:
    return await database_sync_to_async(question)(*arguments)


def _recent(at: datetime) -> tuple[int, list[tuple[int, int]]]:
    """Return the newest sequence and the last minute's lines: (id, ticket), in order."""
    sequence = newest()
    # A second overlap: the database's clock and ours may differ.
    lines = TicketEvent.objects.filter(recorded_at__gte=at - 2 * OVERLAP).order_by("pk")
    return sequence, list(lines.values_list("pk", "ticket_id"))


def _frames(lost: dict[int, list[int]]) -> list[broadcast.Frame]:
    news: dict[int, list[TicketEvent]] = defaultdict(list)
    wanted = [pk for pks in lost.values() for pk in pks]
    for line in TicketEvent.objects.filter(pk__in=wanted).order_by("pk"):
        news[line.ticket_id].append(line)
    return broadcast.frames_of(dict(news))
