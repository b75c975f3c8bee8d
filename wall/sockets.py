"""The addresses of sockets, and which pages may open them. For tonglianggov/asgi.py."""

from typing import Any

from channels.security.websocket import AllowedHostsOriginValidator, WebsocketDenier
from django.urls import path

from wall.consumers import PLAIN_SEND, WallConsumer

urlpatterns = [
    path("ws/wall/", WallConsumer.as_asgi()),
    # Any other address is refused; without this line it would be an error in the log.
    path("<path:anywhere>", WebsocketDenier.as_asgi()),
]


class OriginChecked:
    """Lets in pages of our own hosts, with their cookies; and programs, which have a token.

    A browser always names the page that opens a socket. Whoever names none is no browser: it may
    come in, but a cookie it brings does not count, so no foreign page can use somebody's session.

    It keeps the server's own send() in the scope: what Channels wraps around it, to save sessions,
    would cost every frame to every socket.
    """

    def __init__(self, application: Any) -> None:
        self.application = application
        self.for_pages = AllowedHostsOriginValidator(application)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        scope = {**scope, PLAIN_SEND: send}
        headers = scope.get("headers", [])
        if any(name == b"origin" for name, _value in headers):
            return await self.for_pages(scope, receive, send)
        bare = [(name, value) for name, value in headers if name != b"cookie"]
        return await self.application({**scope, "headers": bare}, receive, send)
