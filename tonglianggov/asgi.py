"""Sockets; and HTTP in the one-process platform.

HTTP takes one hop to a small pool of threads that runs Django's ordinary WSGI handler. Django's
own ASGI handler hops once for every middleware, which costs most of a request, and gives each
request a new thread, which breaks lasting database connections.
"""

import os
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglianggov.settings")

# First: it sets Django up, and what follows imports models.
from tonglianggov.wsgi import application as wsgi_application  # isort: skip

from a2wsgi import WSGIMiddleware
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter

from tonglianggov.operations.telling import Telling
from wall import sockets

THREADS = 8

application = ProtocolTypeRouter(
    {
        "http": WSGIMiddleware(cast(Any, wsgi_application), workers=THREADS),
        "websocket": Telling(
            sockets.OriginChecked(AuthMiddlewareStack(URLRouter(sockets.urlpatterns)))
        ),
    }
)
