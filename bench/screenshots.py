"""`make screenshots`: every page at every width in both languages, to be looked at one by one.

The demonstration platform is started on its own port with the data of `make run` (and filled first
if it is empty); who opens which page is told in tests/pages.py. Pictures lie in screenshots/, which
git ignores; --docs renews the chosen ones of docs/screenshots/, those of the help pages, and
docs/page-weights.md, which says what each page weighs.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
PACK = "packs/tongliang"
HEIGHTS = {360: 740, 390: 844, 768: 1024, 1366: 768, 1920: 1080, 3840: 2160}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
# A longer page is cut: what lies below looks like what lies above.
LONGEST = 6000
# The pictures of README and help: page, width, language; in dark where the name says so.
CHOSEN = [
    ("home", 390, "zh"), ("tickets-report", 390, "zh"), ("tickets-done", 390, "zh"),
    ("tickets-track_one", 390, "zh"), ("tickets-report", 390, "en"), ("help", 1366, "zh"),
    ("tickets-day", 390, "zh"), ("tickets-found", 390, "zh"), ("tickets-unit", 1366, "zh"),
    ("tickets-detail", 1366, "zh"), ("tickets-list", 1366, "zh"), ("tickets-console", 1366, "zh"),
    ("tickets-console", 1920, "zh"), ("tickets-console", 1366, "en"), ("wall-wall", 1920, "zh"),
    ("wall-wall", 1920, "en"), ("wall-statistics", 1366, "zh"),
    ("tickets-why", 1366, "zh"), ("tickets-move-dispatch", 1366, "zh"),
]  # fmt: skip
# The picture of each help page (tonglianggov/guide), 1366 pixels wide.
HELP = {
    "resident": "tickets-report", "worker": "tickets-day", "department": "tickets-unit",
    "centre": "tickets-console", "leader": "wall-wall", "security_admin": "tickets-why",
}  # fmt: skip
HEAVIEST = 150_000  # bytes of a picture in docs/


@contextmanager
def platform(port: int, running: str) -> Iterator[str]:
    """Run the demonstration platform; gives its address once it is full of its month."""
    if running:
        yield running
        return
    server = subprocess.Popen(
        [sys.executable, "manage.py", "run", "--pack", PACK, "--port", str(port)],
        cwd=ROOT, env=os.environ | {"DEMONSTRATION": "1"}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/readyz", server)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def wait_for(address: str, server: subprocess.Popen) -> None:
    for _ in range(1200):
        if server.poll() is not None:
            raise SystemExit("The platform did not start; `make run` says why.")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise SystemExit("The platform was not ready after ten minutes.")


class Audience:
    """Who opens the pages: real accounts and reports of the demonstration month."""

    def __init__(self) -> None:
        from people.models import User
        from tickets.models import Request, Ticket

        self.hung: list[int] = []
        self.users = {user.username: user for user in User.objects.filter(username__in=names())}
        department = self.users["department"]
        theirs = Ticket.objects.visible_to(department).filter(handler__in=units_of(department))
        # There is something to see and something to do.
        states = ("dispatched", "signed", "handling")
        at_work = [theirs.filter(state=state).order_by("resolve_by").first() for state in states]
        self.ticket = next(filter(None, at_work), None) or theirs.first()
        answered = Ticket.objects.filter(state="feedback", restricted=False).order_by("-pk")
        self.answered = answered.first()
        # A contact is shown only in the very centre that decides.
        ours = Ticket.objects.filter(centre__in=units_of(self.users["district"]))
        self.called = ours.exclude(contact=None).order_by("-pk").first() or self.ticket
        asked = Request.objects.filter(state="open").order_by("-pk").first()
        self.things: dict[str, Any] = {
            "number": self.ticket.number,
            "code": self.answered.code,
            "reachable": self.called.number,
            "request": asked.pk if asked else 0,
            "wall_link": self.hang(),
        }
        self.device = self.opened()

    def hang(self) -> str:
        """Hang a wall for the town of the demonstration; return the secret of its link."""
        from django.utils import timezone

        from people import devices

        area = self.users["town"].posts.get().unit.area
        device, link = devices.make(
            name="screenshots", area_id=area.pk, area_code=area.code, visitor=False,
            by=self.users["sysadmin"], at=timezone.now(),
        )  # fmt: skip
        self.hung.append(device.pk)
        return link

    def take_down(self) -> None:
        """Close the walls that were hung for the pictures."""
        from django.utils import timezone

        from people import devices

        for pk in self.hung:
            devices.revoke(device_id=pk, by=self.users["sysadmin"], at=timezone.now())

    def opened(self) -> str:
        from django.utils import timezone

        from people import devices

        return devices.open_link(secret=self.hang(), at=timezone.now())

    def cookies(self, who: str, language: str) -> dict[str, str]:
        """Return the cookies of somebody who reads this language."""
        from django.conf import settings
        from django.test import Client

        from tickets.models import Ticket

        client = Client()
        if who in self.users:
            user = self.users[who]
            user.language = language
            user.save(update_fields=["language"])
            client.force_login(user)
        session = client.session
        session["receipts"] = session["followed"] = [self.answered.pk]
        session["done"] = self.answered.code
        if who in self.users and (last := Ticket.objects.filter(entered_by=self.users[who]).last()):
            session["reported_on_behalf"] = last.pk
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        if who == "anonymous":
            client.cookies.clear()
        if who == "device":
            client.cookies[settings.WALL_DEVICE_COOKIE] = self.device
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return {name: morsel.value for name, morsel in client.cookies.items()}


def names() -> set[str]:
    told = json.loads((ROOT / PACK / "demonstration.json").read_text(encoding="utf-8"))
    return {account["username"] for account in told["accounts"]}


def units_of(user: Any) -> list[int]:
    return [post.unit_id for post in user.posts.all() if post.unit_id]


def settled(page: Page) -> None:
    """Wait until what the page draws by itself is drawn: a wall stays connected and never idles."""
    page.wait_for_load_state("load")
    if page.locator("#map[data-count]").count() or "/wall/" in page.url:
        page.wait_for_timeout(4000)
    if page.url.partition("?")[0].endswith("/figures/"):
        page.wait_for_selector("#chart-much[data-drawn=yes]", timeout=20_000)
    page.wait_for_timeout(400)


def shoot(page: Page, place: Path, width: int, *, whole: bool) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.wait_for_timeout(250)
    tall = page.evaluate("document.documentElement.scrollHeight") if whole else 0
    box = {"x": 0, "y": 0, "width": width, "height": min(max(tall, HEIGHTS[width]), LONGEST)}
    place.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=place, full_page=whole, clip=box if whole else None)


def round_trip(
    browser: Browser, url: str, audience: Audience, given: argparse.Namespace
) -> tuple[int, dict[str, int]]:
    """Go through every page; return how many did not answer, and what the others weigh."""
    from tests import looks
    from tests.pages import PAGES

    wrong, weights = 0, {}
    for language in given.languages:
        for page_of in PAGES:
            if given.only and not any(page_of.slug.startswith(name) for name in given.only):
                continue
            context = browser.new_context(
                locale="zh-CN" if language == "zh" else "en-GB", timezone_id="Asia/Shanghai",
                color_scheme="dark" if given.dark else "light", service_workers="block",
            )  # fmt: skip
            cookies = audience.cookies(page_of.who, LANGUAGES[language])
            context.add_cookies([{"name": n, "value": v, "url": url} for n, v in cookies.items()])
            page = context.new_page()
            sizes = looks.counted(page)
            answer = page.goto(url + page_of.address(audience.things))
            if answer is None or answer.status != 200:
                print(f"{page_of.slug}: {answer and answer.status}", file=sys.stderr)
                wrong += 1
            settled(page)
            weights[page_of.slug] = int(sum(sizes))
            for width in given.widths:
                name = f"{page_of.slug}-{width}-{language}{'-dark' if given.dark else ''}.png"
                shoot(page, given.into / name, width, whole=page_of.kind != "wall")
            context.close()
    return wrong, weights


def keep_chosen(source: Path, docs: Path) -> None:
    """Press the chosen pictures into docs/, those of the help pages to where they are served."""
    for slug, width, language in CHOSEN:
        name = f"{slug}-{width}-{language}"
        press(source / f"{name}.png", docs / f"{name}.webp", HEIGHTS[width])
    for guide, slug in HELP.items():
        for short, language in LANGUAGES.items():
            target = ROOT / "static" / "help" / f"{guide}.{language}.webp"
            press(source / f"{slug}-1366-{short}.png", target, HEIGHTS[1366])


def press(source: Path, target: Path, height: int) -> None:
    """Keep what one sees without scrolling, as WebP as good as its weight allows."""
    picture = Image.open(source).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, height)))
    target.parent.mkdir(parents=True, exist_ok=True)
    for quality in range(86, 30, -8):
        picture.save(target, "WEBP", quality=quality, method=6)
        if target.stat().st_size <= HEAVIEST:
            return


def table(weights: dict[str, int]) -> str:
    """Return what each page weighs as a page of the documentation."""
    from tests.pages import PAGES

    kinds = {page.slug: page.kind for page in PAGES}
    rows = [
        f"| {slug} | {kinds[slug]} | {size / 1024:.0f} |"
        for slug, size in sorted(weights.items(), key=lambda pair: (kinds[pair[0]], -pair[1]))
    ]
    return "\n".join(
        ["# What each page weighs", "",
         "Written by `make screenshots ARGS=--docs`: what comes over the line when",
         "a browser with an empty cache opens the page in the demonstration month. A public page",
         "may weigh 150 kB.", "",
         "| page | kind | kB |", "|---|---|---|", *rows, ""]
    )  # fmt: skip


def main() -> int:
    asked = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    asked.add_argument("--into", type=Path, default=ROOT / "screenshots")
    asked.add_argument("--widths", type=int, nargs="+", default=list(HEIGHTS), choices=HEIGHTS)
    asked.add_argument("--languages", nargs="+", default=list(LANGUAGES), choices=LANGUAGES)
    asked.add_argument("--only", nargs="+", help="pages whose name begins so")
    asked.add_argument("--dark", action="store_true")
    asked.add_argument("--port", type=int, default=8168)
    asked.add_argument("--docs", action="store_true", help="renew docs/screenshots/ from --into")
    asked.add_argument("--at", default="", help="address of a platform that runs on the same data")
    given = asked.parse_args()
    # The live pages keep an event loop in this thread.
    os.environ |= {
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true", "DEMONSTRATION": "1", "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglianggov.settings")
    with platform(given.port, given.at) as url, sync_playwright() as playwright:
        import django

        django.setup()
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        audience = Audience()
        wrong, weights = round_trip(browser, url, audience, given)
        audience.take_down()
        browser.close()
    if given.docs:
        keep_chosen(given.into, ROOT / "docs" / "screenshots")
        (ROOT / "docs" / "page-weights.md").write_text(table(weights), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
