"""From a report's commit to its dot on a wall in Chromium, through web, Redis and ws.

The page notes when the frame after the change was painted; the database noted when the report's
last line of history was written, just before its commit: so what is measured is a little more than
the way from commit to paint. The yardstick is a second, within which a dot should be there.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

from playwright.sync_api import Page, sync_playwright

from bench import processes
from bench.ground import PACK, ROOT
from bench.lines import QUICK, ROUNDS, Result, p95
from grids.models import Area
from tickets.models import EventType, TicketEvent

EACH = 3 if QUICK else 20
APART = 0.3  # seconds between two reports
PATIENCE = 30_000  # milliseconds
_NOTE = """() => {
    window.painted = [];
    const map = document.getElementById("map");
    new MutationObserver(() => {
        const count = Number(map.dataset.count);
        requestAnimationFrame(() => {
            const port = new MessageChannel();
            port.port1.onmessage = () =>
                window.painted.push([count, performance.timeOrigin + performance.now()]);
            port.port2.postMessage(0);
        });
    }).observe(map, { attributes: true, attributeFilter: ["data-count"] });
}"""


def measure() -> Iterator[Result]:
    """Give the table's line."""
    # Playwright keeps an event loop running in this thread; nothing else runs in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with processes.front_door() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        _open_wall(page, f"http://127.0.0.1:{port}")
        _report(port, 2)
        page.evaluate(_NOTE)
        late = [_round(page, port) for _ in range(ROUNDS)]
        browser.close()
    yield Result(
        path="paint",
        what=f"from a report's commit to its dot in Chromium, p95 of {EACH}, a wall of 1920 × 1080",
        ours=late, yardstick="a second", theirs=[1000.0] * ROUNDS, unit="ms", goal=1,
    )  # fmt: skip


def _open_wall(page: Page, url: str) -> None:
    """Sign in as the leader and wait for the wall."""
    password = json.loads((ROOT / Path(PACK) / "demonstration.json").read_text())["password"]
    page.goto(f"{url}/signin/?next=/wall/")
    page.fill("[name=username]", "leader")
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#live[data-state=live]", timeout=PATIENCE)
    page.wait_for_selector("#map[data-count]", timeout=PATIENCE)


def _round(page: Page, port: int) -> float:
    """Return the 95th percentile of the milliseconds that the dots of some reports took."""
    page.evaluate("window.painted = []")
    before = int(page.locator("#map").get_attribute("data-count") or 0)
    numbers = _report(port, EACH)
    wanted = f"window.painted.some(([count]) => count >= {before + EACH})"
    page.wait_for_function(wanted, timeout=PATIENCE)
    painted = page.evaluate("window.painted")
    late = []
    for nth, number in enumerate(numbers, 1):
        line = TicketEvent.objects.filter(ticket__number=number).order_by("-pk")[0]
        shown = min(at for count, at in painted if count >= before + nth)
        late.append(shown - (line.recorded_at.timestamp() * 1000))
    return p95(late)


def _report(port: int, count: int) -> list[str]:
    """Send so many reports, one after the other; return their numbers."""
    villages = list(Area.objects.filter(level="village").exclude(lat=None))
    kind = EventType.objects.filter(in_use=True, restricted=False).order_by("code")[0]
    numbers = []
    for nth in range(count):
        village = villages[nth % len(villages)]
        body = {"key": str(uuid4()), "text": "路边垃圾无人清理", "lat": village.lat,
                "lng": village.lng, "event_type": kind.code}  # fmt: skip
        request = Request(
            f"http://127.0.0.1:{port}/api/v1/reports/", json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )  # fmt: skip
        with urlopen(request, timeout=30) as answer:
            numbers.append(json.load(answer)["number"])
        time.sleep(APART)
    return numbers
