"""The socket of the wall: who may open it, and what it then hears."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils import timezone

from wall import entrance, hub, watch
from wall.entrance import DeviceKey, Key, NoRight, NotSignedIn, SessionKey, TokenKey
from wall.hub import Running, running
from wall.scope import Scope
from wall.screens import Screen, View, event_of

# Under this name wall/sockets.py puts the server's own send() into the scope.
PLAIN_SEND = "plain_send"
TOKEN_WITHIN = 5.0  # seconds for the first frame of who has no session
LARGEST_FRAME = 4096  # characters; a token is all that anybody needs to send
MOST_FRAMES = 100  # that a client may send in its life: we do not converse

# Codes for closing: 4000 and above are the application's own.
NOT_SIGNED_IN, NO_RIGHT, FULL, TOO_BIG, TOO_MANY = 4401, 4403, 1013, 1009, 1008


class WallConsumer(AsyncWebsocketConsumer):
    """Sends {"hello"}, then frames: {"sequence", "dot", "events"}, {"sequence", "gone", "version"},
    {"refetch"}, {"frames": […]} and {"heartbeat"}. `?area=` narrows it to a part of one's own,
    `?visitor=1` takes out what visitors may not see."""

    # The hub is this process's only member of the group: a socket needs no channel.
    channel_layer_alias = "none"

    screen: Screen | None = None
    key: Key | None = None
    _running: Running | None = None
    _patience: asyncio.TimerHandle | None = None
    _frames = 0

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Handle a message without Channels' thread hop for each."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        self.area = query.get("area", [""])[0][:15]
        self.visitor = query.get("visitor") == ["1"]
        if running().hub.full:
            await self.close(FULL)
            return
        secret, subprotocol = entrance.token_in(self.scope.get("subprotocols", []))
        self.key = self._key(secret)
        try:
            scope = await self._scope() if self.key else None
        except NoRight:
            await self.close(NO_RIGHT)
            return
        except NotSignedIn:
            if secret:
                await self.close(NOT_SIGNED_IN)
                return
            scope = None
        if scope:
            await self.accept(subprotocol or None)
            await self._join(scope)
        elif running().waiting >= hub.MOST_WAITING:
            await self.close(FULL)
        else:
            # Not signed in: a token may come as the first frame. Until then nothing is sent.
            await self.accept()
            running().waiting += 1
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(TOKEN_WITHIN, self._leave_later, NOT_SIGNED_IN)

    def _key(self, secret: str) -> Key | None:
        """Return what somebody came in with: a token, else a session, else a device's cookie."""
        session_key = getattr(self.scope.get("session"), "session_key", None)
        device = self.scope.get("cookies", {}).get(settings.WALL_DEVICE_COOKIE)
        if secret:
            return TokenKey(secret)
        user = self.scope.get("user")
        if session_key and (not device or (user and user.is_authenticated)):
            return SessionKey(session_key)
        return DeviceKey(device) if device else None

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        self._frames += 1
        if len(text_data or bytes_data or "") > LARGEST_FRAME:
            await self.close(TOO_BIG)
        elif self._frames > MOST_FRAMES:
            await self.close(TOO_MANY)
        elif self._patience:
            self._stop_waiting()
            await self._present(text_data)

    async def _present(self, text: str | None) -> None:
        try:
            secret = entrance.token_of(json.loads(text or ""))
        except ValueError:
            secret = ""
        self.key = TokenKey(secret)
        try:
            scope = await self._scope()
        except NotSignedIn:
            await self.close(NOT_SIGNED_IN)
        except NoRight:
            await self.close(NO_RIGHT)
        else:
            await self._join(scope)

    async def disconnect(self, code: int) -> None:
        self._stop_waiting()
        if self._running:
            if self.screen:
                self._running.hub.discard(self.screen)
            self._running.exit()
            self._running = None

    def _stop_waiting(self) -> None:
        if self._patience:
            self._patience.cancel()
            self._patience = None
            running().waiting -= 1

    async def _join(self, scope: Scope) -> None:
        self._running = running()
        self._running.enter(watch.work)
        self.screen = Screen(
            send=self.scope[PLAIN_SEND],
            view=_view_of(scope),
            owner=scope.owner,
            recheck=self._recheck,
        )
        await self._running.ready.wait()
        self._running.hub.add(self.screen)
        self.screen.put(
            event_of(
                {
                    "hello": True,
                    "sequence": self._running.hub.sequence,
                    "at": timezone.now().isoformat(),
                    "heartbeat": watch.HEARTBEAT,
                }
            )
        )

    async def _scope(self) -> Scope:
        assert self.key is not None
        find = database_sync_to_async(entrance.scope_for)
        return await find(self.key, area=self.area, at=timezone.now(), visitor=self.visitor)

    async def _recheck(self) -> None:
        try:
            scope = await self._scope()
        except NotSignedIn:
            self._leave_later(NOT_SIGNED_IN)
        except NoRight:
            self._leave_later(NO_RIGHT)
        else:
            if self._running and self.screen:
                self._running.hub.turn(self.screen, _view_of(scope))

    def _leave_later(self, code: int) -> None:
        """Close the socket; a slow one must not hold up who asks for it."""
        if self._running and self.screen:
            # From this moment it hears nothing more.
            self._running.hub.discard(self.screen)
            self.screen = None
        self._leaving = asyncio.ensure_future(self.close(code))


def _view_of(scope: Scope) -> View:
    return View(topics=scope.topics(), within=scope.area, visitor=scope.visitor)
