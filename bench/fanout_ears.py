"""A process full of screens: opens sockets, reads what comes, and tells how late it was.

    python -m bench.fanout_ears PORT SOCKETS STUCK COOKIE

STUCK of the sockets never read. It says "ready"; then for each line with a number of events on its
input it waits until every socket that reads has them all, and answers with a line of JSON. A plain
loop over epoll: it must not be what is slow.
"""

import json
import re
import select
import socket
import sys
import time

_SENT = re.compile(rb'"sent":(\d+\.\d+)')
_AT_ONCE = 50  # sockets that are opened together
SILENCE = 20.0  # seconds after which nothing more will come


def opened(port: int, count: int, cookie: str, *, small: bool = False) -> list[socket.socket]:
    """Open so many WebSockets. small: with as little room for what is not read as there can be."""
    request = (
        f"GET /ws/wall/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nCookie: {cookie}\r\n\r\n"
    ).encode()
    sockets = []
    for first in range(0, count, _AT_ONCE):
        batch = []
        for _ in range(min(_AT_ONCE, count - first)):
            one = socket.socket()
            if small:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", port))
            one.sendall(request)
            batch.append(one)
        for one in batch:
            answer = b""
            # Before that nothing is heard.
            while b'"hello"' not in answer:
                part = one.recv(4096)
                assert part, f"refused: {answer!r}"
                answer += part
            assert answer.startswith(b"HTTP/1.1 101"), answer
        sockets += batch
    return sockets


class Ears:
    """Sockets that read, and what they heard."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self.sockets = {one.fileno(): one for one in sockets}
        self.poll = select.epoll()
        for number, one in self.sockets.items():
            one.setblocking(False)
            self.poll.register(number, select.EPOLLIN)

    def hear(self, events: int) -> dict:
        """Read until each socket has so many events; return how many came, and how late."""
        wanted, found, last = events * len(self.sockets), 0, time.monotonic()
        tails = dict.fromkeys(self.sockets, b"")
        late: list[float] = []
        first, end = float("inf"), 0.0
        while found < wanted and time.monotonic() - last < SILENCE:
            heard = []
            for number, _flags in self.poll.poll(1.0):
                data = self.sockets[number].recv(1 << 18)
                heard.append((number, time.time(), data))
            for number, at, data in heard:
                if not data:
                    self.poll.unregister(number)
                    continue
                text = tails[number] + data
                ended = 0
                for match in _SENT.finditer(text):
                    sent, ended = float(match[1]), match.end()
                    late.append(at - sent)
                    first, end = min(first, sent), max(end, at)
                    found += 1
                # An event may come in two parts.
                tails[number] = text[max(ended, len(text) - 400) :]
                last = time.monotonic() if ended else last
        late.sort()
        return {
            "wanted": wanted,
            "found": found,
            "seconds": end - first,
            "p50": late[len(late) // 2] if late else None,
            "p99": late[int(len(late) * 0.99)] if late else None,
        }


def main() -> None:
    port, count, stuck, cookie = sys.argv[1:]
    deaf = opened(int(port), int(stuck), cookie, small=True)
    ears = Ears(opened(int(port), int(count) - len(deaf), cookie))
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(ears.hear(int(line))), flush=True)


if __name__ == "__main__":
    main()
