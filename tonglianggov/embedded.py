"""The one-process platform: pages, sockets, tasks and timetable without any other server."""

import asyncio
import contextlib
import errno
import logging
import signal
import socket
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

import uvicorn
from celery import Celery
from celery.beat import EmbeddedService, Scheduler
from celery.worker import WorkController, state

from tonglianggov.layers import bind_server_loop

log = logging.getLogger(__name__)

STOP_WITHIN = 15.0  # seconds that running tasks have to finish


@contextlib.contextmanager
def celery_threads(app: Celery, *, concurrency: int = 4, beat: bool = True) -> Iterator[None]:
    """Run a Celery worker, and the timetable if `beat`, as threads of this process.

    Leaving lets running tasks finish, for at most STOP_WITHIN. Queued tasks are lost with the
    process: whatever is due is a row, and the timetable finds it after the next start.
    """
    ready = threading.Event()

    class Worker(WorkController):
        # Not celery.apps.worker.Worker: that one takes over signals and the log.
        def on_consumer_ready(self, consumer: object) -> None:
            ready.set()

    app.finalize()
    app.set_default()
    worker = Worker(
        app=app,
        pool="threads",
        concurrency=concurrency,
        hostname="embedded@localhost",
        loglevel="WARNING",
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
        prefetch_multiplier=16,
    )
    working = threading.Thread(target=worker.start, name="celery-worker", daemon=True)
    # A class made inside Celery, which its type hints do not know: a thread with a `service`.
    timetable: Any = EmbeddedService(app, max_interval=1, thread=True, scheduler_cls=Scheduler)
    state.should_stop = None
    working.start()
    if not ready.wait(STOP_WITHIN):
        raise RuntimeError("the embedded Celery worker did not start")
    if beat:
        timetable.start()
        # The timetable's first sign comes a while later; the worker is there now.
        app.send_task("tonglianggov.tasks.say_alive")
    try:
        yield
    finally:
        if beat:
            timetable.service.stop()
        # What Celery's own handler of SIGTERM sets: a warm shutdown with this exit code.
        state.should_stop = 0  # type: ignore[assignment]
        end = time.monotonic() + STOP_WITHIN
        while working.is_alive() and time.monotonic() < end:
            # The worker looks at should_stop when a message arrives.
            with contextlib.suppress(OSError):
                app.send_task("tonglianggov.tasks.wake")
            working.join(0.1)
        if working.is_alive():
            log.warning("a task did not finish within %s seconds", STOP_WITHIN)
        if beat:
            timetable.join(2)
        state.should_stop = None


class Server(uvicorn.Server):
    """uvicorn that tells the channel layer which loop serves the sockets."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        bind_server_loop(asyncio.get_running_loop())
        await super().startup(sockets)


def is_taken(host: str, port: int) -> bool:
    """Whether another program listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as fault:
        # Whatever else is wrong with the address, the server says itself.
        return fault.errno == errno.EADDRINUSE
    return False


def server(*, host: str, port: int) -> Server:
    """Return the server of pages and sockets, not yet running."""
    return Server(
        uvicorn.Config(
            "tonglianggov.asgi:application",
            host=host,
            port=port,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=5,
        )
    )


def stop_on_signals() -> None:
    """From now on SIGINT (Ctrl-C) and SIGTERM both raise KeyboardInterrupt in the main thread."""

    def told(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)


def run_until_told(server: Server) -> bool:
    """Serve until a signal; return whether the server ever started (its port was free)."""
    # uvicorn shuts down cleanly, then raises the signal again for whoever waits outside.
    with contextlib.suppress(KeyboardInterrupt, SystemExit):
        server.run()
    return server.started
