"""`make soak`: a wall left on while reports come in. Is it still light, smooth and silent?

A platform of its own with the pack's district and no reports; Chromium shows the leader's wall;
`manage.py replay --per-minute` sends invented messages and handles them. Measured are the heap
after a forced collection, the frames that the browser painted in each second beside those of an
empty page before it, and every error of the console. The result is a table in docs/soak.md.
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
MESSAGES = ROOT / "tests" / "data" / "messages.csv"
RESULT = ROOT / "docs" / "soak.md"
PACK = "packs/tongliang"
WARM_UP = 20.0  # seconds until the page has everything that it keeps
MEGABYTE = 1024 * 1024

# Counts the frames of each second, from outside the wall's own scripts.
COUNT_FRAMES = """() => {
    window.frames_in = [];
    let since = performance.now();
    let count = 0;
    const step = (now) => {
        count += 1;
        if (now - since >= 1000) {
            window.frames_in.push((1000 * count) / (now - since));
            since = now;
            count = 0;
        }
        requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
}"""


@dataclass(frozen=True)
class Soaked:
    """What a wall was like: bytes of its heap, frames in each second, dots, complaints."""

    seconds: float
    heap_before: int
    heap_after: int
    frames: list[float]
    dots_before: int
    dots_after: int
    complaints: list[str]

    @property
    def growth(self) -> int:
        return self.heap_after - self.heap_before

    @property
    def median(self) -> float:
        return statistics.median(self.frames)

    @property
    def slow(self) -> float:
        """The frames in a second that 95 of 100 seconds reached."""
        return sorted(self.frames)[len(self.frames) // 20]


def heap(page: Page) -> int:
    """Return the bytes that the page's scripts really keep, after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return int(used)


def frames_of(page: Page, seconds: float) -> list[float]:
    """Return how many frames the browser painted of this page in each second."""
    page.evaluate(COUNT_FRAMES)
    page.wait_for_timeout(1000 * seconds + 500)
    return [float(count) for count in page.evaluate("window.frames_in")]


def dots_on(page: Page) -> int:
    return int(page.locator("#map").get_attribute("data-count") or 0)


def watched(page: Page, seconds: float, *, meanwhile: Callable[[], None] | None = None) -> Soaked:
    """Leave the wall on for so long and tell how it was; `meanwhile` is called every second."""
    complaints: list[str] = []
    begun = time.monotonic()

    def complain(text: str) -> None:
        complaints.append(f"after {time.monotonic() - begun:.0f} s: {text}")

    def on_error(error: Any) -> None:
        complain(str(error))

    def on_line(line: Any) -> None:
        if line.type == "error":
            complain(f"{line.text} {line.location.get('url', '')}")

    page.on("pageerror", on_error)
    page.on("console", on_line)
    before, dots = heap(page), dots_on(page)
    page.evaluate(COUNT_FRAMES)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if meanwhile:
            meanwhile()
        page.wait_for_timeout(1000)
    frames = [float(count) for count in page.evaluate("window.frames_in")]
    found = Soaked(seconds, before, heap(page), frames, dots, dots_on(page), complaints)
    # What the page says once the platform is taken away is no fault of the wall.
    page.remove_listener("pageerror", on_error)
    page.remove_listener("console", on_line)
    return found


# --- The platform, and who sends reports ---------------------------------------------------------


def messages(into: Path, count: int) -> Path:
    """Write so many invented messages: ours again and again, months apart: none is alike."""
    with MESSAGES.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    first = datetime(2021, 1, 4, 8, tzinfo=UTC)
    path = into / "messages.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        written = csv.DictWriter(target, ["number", "title", "sent_at", "text"])
        written.writeheader()
        for nth in range(count):
            turn, row = divmod(nth, len(rows))
            at = first + timedelta(days=60 * turn, minutes=nth)
            kept = {name: rows[row][name] for name in ("title", "text")}
            written.writerow({"number": f"{nth}", "sent_at": f"{at:%Y-%m-%d %H:%M:%S}"} | kept)
    return path


@contextmanager
def platform(place: Path, port: int) -> Iterator[dict[str, str]]:
    """Run the platform with the district and its accounts; gives the environment it runs in."""
    env = os.environ | {
        "DATA_DIR": str(place), "DEMONSTRATION": "1", "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "tonglianggov.settings",
    }  # fmt: skip
    env.pop("DATABASE_URL", None)
    env.pop("REDIS_URL", None)
    for command in (
        ["migrate", "--verbosity=0"], ["collectstatic", "--no-input", "--verbosity=0"],
        ["load_pack", PACK], ["demo", "--accounts", "--staff", "--pack", PACK],
    ):  # fmt: skip
        manage(env, *command)
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "tonglianggov.asgi:application", "--port", str(port),
         "--lifespan", "off", "--log-level", "warning", "--ws", "websockets-sansio"],
        cwd=ROOT, env=env,
    )  # fmt: skip
    try:
        yield env
    finally:
        server.terminate()
        server.wait(20)


def manage(env: dict[str, str], *command: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def wall(page: Page, url: str, password: str) -> None:
    """Sign in as the leader and wait for the wall."""
    for attempt in range(60):
        try:
            page.goto(f"{url}/signin/?next=/wall/")
            break
        except PlaywrightError:  # the server is not up yet
            if attempt == 59:
                raise
            time.sleep(1)
    page.fill("[name=username]", "leader")
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#live[data-state=live]", timeout=60_000)
    page.wait_for_selector("#map[data-count]", timeout=60_000)


def main() -> int:
    asked = argparse.ArgumentParser(prog="make soak", description=__doc__)
    asked.add_argument("--minutes", type=float, default=20)
    asked.add_argument("--per-minute", type=float, default=60)
    asked.add_argument("--port", type=int, default=8169)
    asked.add_argument("--no-write", action="store_true", help="do not touch docs/soak.md")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, sync_playwright() as playwright:
        place = Path(folder)
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        empty = [statistics.median(frames_of(page, 10))]
        with platform(place, given.port) as env:
            wall(page, f"http://127.0.0.1:{given.port}", password(PACK))
            count = int(given.per_minute * (given.minutes + 1) + 60)
            sender = subprocess.Popen(
                [sys.executable, "manage.py", "replay", str(messages(place, count)),
                 "--per-minute", str(given.per_minute), "--pack", PACK],
                cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            page.wait_for_timeout(1000 * WARM_UP)
            found = watched(page, 60 * given.minutes)
            sender.terminate()
            sender.wait(20)
        page.goto("about:blank")
        empty.append(statistics.median(frames_of(page, 10)))
        browser.close()
    text = table(found, empty, given)
    print(text)
    if not given.no_write:
        RESULT.write_text(text, encoding="utf-8")
    return 0 if found.median >= 30 and not found.complaints else 1


def password(pack: str) -> str:
    return str(json.loads((ROOT / pack / "demonstration.json").read_text())["password"])


def table(found: Soaked, empty: list[float], given: Any) -> str:
    """Return the result as a page of the documentation."""
    rows = [
        ("time", f"{given.minutes:g} min, {given.per_minute:g} reports a minute, 1920 × 1080"),
        ("dots on the map", f"{found.dots_before} at first, {found.dots_after} at last"),
        ("heap after a collection", f"{found.heap_before / MEGABYTE:.1f} MB at first, "
         f"{found.heap_after / MEGABYTE:.1f} MB at last: {found.growth / MEGABYTE:+.1f} MB"),
        ("frames a second", f"median {found.median:.0f}, in 95 of 100 seconds {found.slow:.0f} or "
         f"more (an empty page before and after: {empty[0]:.0f} and {empty[1]:.0f}; goal: 30)"),
        ("errors in the console", str(len(found.complaints))),
        ("machine", f"{os.cpu_count()} cores, no graphics card, load {os.getloadavg()[1]:.1f}"),
        ("day", f"{datetime.now(UTC):%Y-%m-%d}"),
    ]  # fmt: skip
    lines = [f"| {name} | {value} |" for name, value in rows]
    more = [f"- {complaint}" for complaint in found.complaints[:20]]
    return "\n".join(
        ["# A wall left on", "", "Written by `make soak` (bench/soak.py).", "",
         "| what | measured |", "|---|---|", *lines, *([""] + more if more else []), ""]
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
