#!/usr/bin/env python
"""Draw the app's icons and the share card from our SVGs: `python static/icons/draw.py`.

The pictures are committed, so nothing is drawn when the platform is built or runs. After a change
of an SVG run this (it needs Chromium and Playwright, as the tests do) and commit what it wrote.
`--check` only tells which SVG has changed since its pictures were drawn.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# picture: (drawn from, width, height). A maskable one is cut by the phone: its SVG bleeds.
PICTURES = {
    "app-192.png": ("favicon.svg", 192, 192),
    "app-512.png": ("favicon.svg", 512, 512),
    "app-maskable-192.png": ("app.svg", 192, 192),
    "app-maskable-512.png": ("app.svg", 512, 512),
    "app-180.png": ("app.svg", 180, 180),
    "share.png": ("share.svg", 1200, 630),
}
DRAWN = HERE / "drawn.json"


def main() -> int:
    """Draw everything; or, with --check, compare. The exit code."""
    if "--check" in sys.argv[1:]:
        faults = differences()
        sys.stderr.writelines(f"{fault}\n" for fault in faults)
        return 1 if faults else 0
    _draw()
    text = json.dumps({name: _digest(source) for name, (source, *_) in PICTURES.items()}, indent=2)
    DRAWN.write_text(f"{text}\n")
    return 0


def differences() -> list[str]:
    """Return which pictures are missing or older than their SVG, as sentences; [] if none."""
    drawn = json.loads(DRAWN.read_text()) if DRAWN.is_file() else {}
    return [
        f"{name} is not what {source} shows: draw it again"
        for name, (source, *_) in PICTURES.items()
        if drawn.get(name) != _digest(source) or not (HERE / name).is_file()
    ]


def _draw() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as browsers:
        options = {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox"]}
        browser = browsers.chromium.launch(**options)
        for name, (source, width, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            svg = (HERE / source).read_text()
            page.set_content(
                f"<style>body{{margin:0}}svg{{display:block;width:100vw}}</style>{svg}"
            )
            page.screenshot(path=HERE / name, omit_background=True)
            page.close()
        browser.close()


def _digest(source: str) -> str:
    return hashlib.sha256((HERE / source).read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
