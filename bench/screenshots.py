"""`make screenshots`: every page at every width in both languages, to be looked at one by one.

The demonstration platform is started on its own port with the data of `make run` (and filled first
if it is empty); who opens which page is told in tests/pages.py. Pictures lie in screenshots/, which
git ignores; --docs renews the chosen ones of docs/screenshots/, those of the help pages, and
docs/page-weights.md, which says what each page weighs.
"""

import argparse
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

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bench.audience import PACK, Audience

ROOT = Path(__file__).parent.parent
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
    "system_admin": "admin-index", "auditor": "admin-people_auditentry_changelist",
}  # fmt: skip
HEAVIEST = 150_000  # bytes of a picture in docs/
HEAVIEST_HELP = 90_000  # of one that a page shows: all of it may weigh 150 kB


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
    from tests.pages import ADMINISTRATION, PAGES

    wrong, weights = 0, {}
    for language in given.languages:
        for page_of in [*PAGES, *ADMINISTRATION]:
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
            if answer is None or answer.status != page_of.status:
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
            press(source / f"{slug}-1366-{short}.png", target, HEIGHTS[1366], HEAVIEST_HELP)


def press(source: Path, target: Path, height: int, heaviest: int = HEAVIEST) -> None:
    """Keep what one sees without scrolling, as WebP as good as its weight allows."""
    picture = Image.open(source).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, height)))
    target.parent.mkdir(parents=True, exist_ok=True)
    for quality in range(86, 30, -8):
        picture.save(target, "WEBP", quality=quality, method=6)
        if target.stat().st_size <= heaviest:
            return


def table(weights: dict[str, int]) -> str:
    """Return what each page weighs as a page of the documentation."""
    from tests.pages import ADMINISTRATION, PAGES

    kinds = {page.slug: page.kind for page in [*PAGES, *ADMINISTRATION]}
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
        try:
            wrong, weights = round_trip(browser, url, audience, given)
        finally:
            audience.take_down()
        browser.close()
    if given.docs:
        keep_chosen(given.into, ROOT / "docs" / "screenshots")
        (ROOT / "docs" / "page-weights.md").write_text(table(weights), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
