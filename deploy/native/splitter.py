"""The proxy's place where no container runs: one address, sockets to `ws`, the rest to `web`.

Usage: python -m deploy.native.splitter PORT WEB WS [--secure], with WEB and WS as HOST:PORT[,…].
It does what deploy/Caddyfile asks of Caddy, without TLS: it replaces the forwarded headers, keeps
/metrics to the house, and waits for a part that is just being replaced. Each connection carries
one request, so it need not understand where a body ends.
"""

import asyncio
import contextlib
import signal
import sys
from itertools import cycle

HEAD_LIMIT = 64 * 1024
PATIENCE = 10.0  # seconds that a request waits for a part that does not listen
OURS = {
    b"x-forwarded-for",
    b"x-forwarded-proto",
    b"x-forwarded-host",
    b"x-request-id",
    b"forwarded",
}
AWAY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    + "平台正在重新启动，请稍后再试。\nThe platform is restarting, try again soon.\n".encode()
)
HIDDEN = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Splitter:
    """Takes connections and hands each to one of the parts that shall have it."""

    def __init__(self, web: str, ws: str, *, secure: bool) -> None:
        self.scheme = b"https" if secure else b"http"
        self.parts = {name: cycle(text.split(",")) for name, text in (("web", web), ("ws", ws))}
        self.width = {"web": len(web.split(",")), "ws": len(ws.split(","))}
        self.open: set[asyncio.Task] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection from its first byte to its last."""
        task = asyncio.current_task()
        assert task is not None
        self.open.add(task)
        try:
            await self._carry(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # one of the two ends went away: there is nobody to tell
        finally:
            self.open.discard(task)
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ", 2)[1]
        if path.split(b"?")[0].rstrip(b"/") == b"/metrics":
            writer.write(HIDDEN)
            return await writer.drain()
        part = "ws" if path.startswith(b"/ws/") else "web"
        ends = await self._reach(part)
        if ends is None:
            writer.write(AWAY)
            return await writer.drain()
        peer = writer.get_extra_info("peername")[0].encode()
        ends[1].write(self.rewritten(head, peer=peer, socket=part == "ws"))
        sending = asyncio.create_task(_pour(reader, ends[1]))
        try:
            await _pour(ends[0], writer)
        finally:
            sending.cancel()
            ends[1].close()

    async def _reach(self, part: str) -> Ends | None:
        end = asyncio.get_running_loop().time() + PATIENCE
        while True:
            for _ in range(self.width[part]):
                host, _colon, port = next(self.parts[part]).partition(":")
                with contextlib.suppress(OSError):
                    return await asyncio.open_connection(host, int(port))
            if asyncio.get_running_loop().time() > end:
                return None
            await asyncio.sleep(0.1)

    def rewritten(self, head: bytes, *, peer: bytes, socket: bool) -> bytes:
        """Return the request's head with our forwarded headers in place of the client's."""
        first, *lines = head[:-4].split(b"\r\n")
        kept = [line for line in lines if line.split(b":")[0].strip().lower() not in OURS]
        if not socket:
            kept = [line for line in kept if not line.lower().startswith(b"connection:")]
            kept.append(b"Connection: close")
        kept += [b"X-Forwarded-For: " + peer, b"X-Forwarded-Proto: " + self.scheme]
        return b"\r\n".join([first, *kept]) + b"\r\n\r\n"


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(65536):
        target.write(chunk)
        await target.drain()
    if target.can_write_eof():
        with contextlib.suppress(OSError):
            target.write_eof()


async def main(port: int, web: str, ws: str, *, secure: bool) -> None:
    """Serve until told to stop; let the connections that are open finish."""
    splitter = Splitter(web, ws, secure=secure)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    server = await asyncio.start_server(splitter.serve, "127.0.0.1", port, limit=HEAD_LIMIT)
    await stop.wait()
    server.close()
    if splitter.open:
        await asyncio.wait(splitter.open, timeout=PATIENCE)


if __name__ == "__main__":
    listen, pages, sockets = sys.argv[1:4]
    asyncio.run(main(int(listen), pages, sockets, secure="--secure" in sys.argv))
