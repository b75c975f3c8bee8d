"""A frame to many screens, beside websockets.broadcast() behind one Redis subscription.

Both servers run at the same time, each with its own screens, and take turns; the frames are the
same. The servers have one core, everything else the other, if there are two. Redis is one of our
own; the screens are wall devices, so every one of ours passed its door in the database.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from bench.lines import QUICK, ROUNDS, Result, in_ms
from grids.models import Area
from notices.live import GROUP, message_of
from people import devices
from people.models import Post, User
from people.roles import Role

BURST = 50  # events back to back
STEADY = 30  # events, ten a second
FEW, SCREENS, MANY = (20, 30, 40) if QUICK else (400, 1000, 5000)
READY_WITHIN = 120.0


def measure() -> Iterator[Result]:
    """Give the table's lines."""
    with ExitStack() as stack:
        bench = Bench(stack)
        yield from bench.throughput()
        yield from bench.latency(FEW, per_second=10)
        yield from bench.latency(MANY, per_second=1)
        yield bench.stuck()


class Server:
    """A server under test and the processes full of screens that listen to it."""

    def __init__(self, bench: "Bench", which: str) -> None:
        self.bench, self.which, self.port = bench, which, free_port()
        # Each hears its own channel: a database's number is in the channel's name.
        bench.servers += 1
        self.channel = f"asgi{bench.servers}__group__{GROUP}"
        environment = {
            "REDIS_URL": f"{bench.redis_url}/{bench.servers}", "BENCH_CHANNEL": self.channel
        }  # fmt: skip
        command = ["-m", "bench.fanout_server", which, str(self.port)]
        self.process = bench.start(command, core=0, environment=environment)
        wait_for(self.port)

    @property
    def cpu(self) -> float:
        """How many seconds of a processor it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @contextmanager
    def screens(self, count: int, stuck: int = 0) -> Iterator["Screens"]:
        """Open so many screens; they are closed at the end."""
        command = ["-m", "bench.fanout_ears", str(self.port), str(count), str(stuck)]
        ears = self.bench.start([*command, self.bench.cookie], core=1, piped=True)
        assert ears.stdout is not None
        assert ears.stdout.readline() == "ready\n", f"{self.which}: the screens were refused"
        try:
            yield Screens(ears, self.channel)
        finally:
            ears.terminate()
            ears.wait()
            time.sleep(1)  # until the server has noticed


@dataclass(frozen=True)
class Screens:
    """A process full of screens, and the channel that they hear."""

    process: subprocess.Popen
    channel: str


class Bench:
    """Redis, a device whose cookie opens every screen, and a way to publish."""

    def __init__(self, stack: ExitStack) -> None:
        import redis
        from channels_redis.pubsub import RedisPubSubChannelLayer

        self.stack = stack
        port = free_port()
        self._run(["redis-server", "--port", str(port), "--save", "", "--bind", "127.0.0.1"], 1)
        wait_for(port)
        self.layer = RedisPubSubChannelLayer(hosts=[f"redis://127.0.0.1:{port}"])
        self.redis, self.redis_url = redis.Redis(port=port), f"redis://127.0.0.1:{port}"
        self.servers = 0
        self.district = Area.objects.get(level="district")
        self.cookie = f"{settings.WALL_DEVICE_COOKIE}={self._device()}"
        core = os.sched_getaffinity(0)
        if len(core) > 1:
            os.sched_setaffinity(0, {sorted(core)[1]})
            stack.callback(os.sched_setaffinity, 0, core)

    def _device(self) -> str:
        user = User.objects.create_user("bench-walls")
        Post.objects.create(user=user, role=Role.SYSTEM_ADMIN, area=self.district)
        now, code = timezone.now(), self.district.code
        _device, link = devices.make(
            name="bench", area_id=self.district.pk, area_code=code, visitor=False, by=user, at=now
        )
        return devices.open_link(secret=link, at=now)

    def _run(self, command: list[str], core: int, **given: Any) -> subprocess.Popen:
        cores = sorted(os.sched_getaffinity(0))
        pinned = ["taskset", "-c", str(cores[min(core, len(cores) - 1)]), *command]
        quiet = {"stdout": subprocess.DEVNULL} | given
        process = subprocess.Popen(pinned, **quiet)
        self.stack.callback(process.wait)
        self.stack.callback(process.terminate)
        return process

    def start(
        self,
        arguments: list[str],
        *,
        core: int,
        piped: bool = False,
        environment: dict[str, str] | None = None,
    ) -> subprocess.Popen:
        """Start a program of ours on a core; it ends with the bench."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        env = os.environ | (environment or {})
        return self._run([sys.executable, *arguments], core, env=env, **(pipes if piped else {}))

    def publish(self, to: "Screens", events: int, per_second: float = 0, filling: str = "") -> dict:
        """Publish events as the platform does; return what the screens heard of them."""
        ears = to.process
        assert ears.stdin is not None
        assert ears.stdout is not None
        ears.stdin.write(f"{events}\n")
        ears.stdin.flush()
        for _ in range(events):
            dot = {
                "id": 1, "number": "BB-20990101-0001", "lat": 29.8449, "lng": 106.0563,
                "stage": "dispatched", "light": "green", "area": self.district.code + "001",
                "version": 4, "type": "0102", "star": False, "turns": [1, 2, 3],
                "sent": time.time(),
            }  # fmt: skip
            frame = {"sequence": 0, "dot": dot} | ({"filling": filling} if filling else {})
            message = message_of([self.district.code], frame)
            self.redis.publish(to.channel, self.layer.serialize(message))
            if per_second:
                time.sleep(1 / per_second)
        heard = json.loads(ears.stdout.readline())
        assert heard["found"] == heard["wanted"], f"lost: {heard}"
        return heard

    def throughput(self) -> Iterator[Result]:
        """A burst to a thousand screens: one by one, and as it really runs."""
        names = ("ours", "gathering", "bare")
        rates: dict[str, list[float]] = {name: [] for name in names}
        work: dict[str, list[float]] = {name: [] for name in names}
        with ExitStack() as open_now:
            servers = {name: Server(self, name) for name in names}
            screens = {
                name: open_now.enter_context(server.screens(SCREENS))
                for name, server in servers.items()
            }
            for _ in range(ROUNDS):
                for name in names:
                    before = servers[name].cpu
                    heard = self.publish(screens[name], BURST)
                    rates[name].append(heard["found"] / heard["seconds"] / 1000)
                    work[name].append(heard["found"] / (servers[name].cpu - before) / 1000)
        for name, path, how in (
            ("ours", "fan-out one by one", "one by one"),
            ("gathering", "fan-out gathered", "as it runs: gathered above a calm rate"),
        ):
            for unit, found in (("thousand/s", rates), ("thousand/s of processor", work)):
                wanted = name == "ours" and found is rates
                yield Result(
                    path="fan-out" if wanted else f"{path}, {unit}",
                    what=f"fan-out: {BURST} events to {SCREENS:,} screens, {how}",
                    ours=found[name],
                    yardstick="websockets.broadcast",
                    theirs=found["bare"],
                    unit=unit,
                    goal=0.7 if wanted else None,
                    at_least=True,
                )

    def latency(self, screens: int, per_second: float) -> Iterator[Result]:
        """How late a steady stream is at so many screens."""
        events = STEADY if per_second > 1 else 5
        late: dict[str, list[float]] = {"gathering": [], "bare": []}
        with ExitStack() as open_now:
            ears = {
                name: open_now.enter_context(Server(self, name).screens(screens)) for name in late
            }
            for _ in range(ROUNDS):
                for name, took in late.items():
                    took.append(self.publish(ears[name], events, per_second)["p99"])
        yield Result(
            path=f"fan-out p99 at {screens}",
            what=f"fan-out: p99 at {screens:,} screens, {per_second:g} events a second",
            ours=in_ms(late["gathering"]),
            yardstick="websockets.broadcast",
            theirs=in_ms(late["bare"]),
            unit="ms",
            goal=1.6,
        )

    def stuck(self) -> Result:
        """Sixty screens of which ten never read, beside fifty that all do."""
        # Eight megabytes for each: more than a socket's buffers hold.
        server, much = Server(self, "ours"), "x" * 4000
        with server.screens(60, stuck=10) as beside:
            with_stuck = [self.publish(beside, 400, 200, much)["p99"] for _ in range(ROUNDS)]
        with server.screens(50) as alone:
            without = [self.publish(alone, 400, 200, much)["p99"] for _ in range(ROUNDS)]
        return Result(
            path="fan-out beside stuck screens",
            what="fan-out: p99 of 50 screens beside 10 that never read; none lost an event",
            ours=in_ms(with_stuck),
            yardstick="without those",
            theirs=in_ms(without),
            unit="ms",
            goal=1.5,
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    end = time.monotonic() + READY_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.05)
