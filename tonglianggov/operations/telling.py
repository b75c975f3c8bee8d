"""A process that serves sockets tells the others how many it serves."""

import asyncio
import weakref
from typing import Any

from django.conf import settings

from tonglianggov.operations import signs
from wall.hub import running

EVERY = 10.0  # seconds


class Telling:
    """ASGI: from its first socket on, the process tells what its hub measures."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self._by_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task] = (
            weakref.WeakKeyDictionary()
        )

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        loop = asyncio.get_running_loop()
        # In one process everything is at hand: nobody must be told.
        if not settings.EMBEDDED and loop not in self._by_loop:
            self._by_loop[loop] = loop.create_task(_tell())
        return await self.application(scope, receive, send)


async def _tell() -> None:
    while True:
        await asyncio.to_thread(signs.tell_of_sockets, running().hub.measured())
        await asyncio.sleep(EVERY)
