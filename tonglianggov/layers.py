"""The channel layer of the one-process platform."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from channels.layers import InMemoryChannelLayer

_server_loop: asyncio.AbstractEventLoop | None = None


def bind_server_loop(loop: asyncio.AbstractEventLoop | None) -> None:
    """Name the event loop that serves the sockets; None when it has stopped."""
    global _server_loop
    _server_loop = loop


class EmbeddedChannelLayer(InMemoryChannelLayer):
    """Channels' layer in memory, usable from every thread.

    The stock one puts into an asyncio.Queue from whatever loop calls it, which is a race and
    leaves the server's loop asleep. This one hops to the server's loop first.
    """

    async def _hop(self, send: Callable[..., Coroutine[Any, Any, None]], *arguments: Any) -> None:
        loop = _server_loop
        if loop is None or loop.is_closed() or loop is asyncio.get_running_loop():
            await send(*arguments)
        else:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(send(*arguments), loop))

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """Send to one channel; raises ChannelFull."""
        await self._hop(super().send, channel, message)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send to all channels of a group; full ones are skipped."""
        await self._hop(super().group_send, group, message)

    def post(self, group: str, message: dict[str, Any]) -> None:
        """Send to all channels of a group from any thread, without waiting.

        Where no server runs in this process (a command, a test) nobody listens: nothing happens.
        """
        loop = _server_loop
        if loop is not None and not loop.is_closed():
            asyncio.run_coroutine_threadsafe(super().group_send(group, message), loop)
