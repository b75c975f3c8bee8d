"""A gateway for text messages: a real server that remembers what it was given to send."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Gateway:
    """Sends a message once for each key, as the contract of notices/senders/gateway.py has it."""

    def __init__(self) -> None:
        self.sent: dict[str, tuple[str, str]] = {}
        # The same key again: the relay died between our answer and its note.
        self.repeated = 0
        self.changed: list[str] = []
        self._lock = threading.Lock()
        self._next: Callable[[], None] | None = None
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway._take(json.loads(body))
                try:
                    self.send_response(204)
                    self.end_headers()
                except OSError:
                    self.close_connection = True  # whoever asked was killed meanwhile

            def log_message(self, *_: object) -> None:
                """Nothing: what was sent is in `sent`."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def when_next_comes(self, do: Callable[[], None]) -> None:
        """Do this when the next message has been taken, before its sender gets an answer."""
        self._next = do

    def _take(self, message: dict[str, str]) -> None:
        said = (message["to"], message["text"])
        with self._lock:
            known = self.sent.setdefault(message["key"], said)
            if known is not said:
                self.repeated += 1
                if known != said:
                    self.changed.append(message["key"])
            do, self._next = self._next, None
        if do:
            do()

    def stop(self) -> None:
        """Stop it."""
        self.server.shutdown()
        self.server.server_close()
