"""The browser's libraries are those of the manifest, with their licences."""

import json
import re
import runpy
from pathlib import Path

from django.conf import settings

VENDOR = Path(settings.ROOT, "static", "vendor")


def test_no_vendored_file_was_changed_added_or_lost():
    assert runpy.run_path(str(VENDOR / "vendor.py"))["differences"]() == []


def test_every_library_names_its_licence_and_ships_it():
    libraries = json.loads((VENDOR / "manifest.json").read_text())
    assert [(lib["name"], lib["licence"]) for lib in libraries] == [
        ("leaflet", "BSD-2-Clause"),
        ("lucide", "ISC"),
        ("echarts", "Apache-2.0"),
    ]
    assert all("LICENSE" in library["files"] for library in libraries)


def test_every_icon_that_a_template_shows_is_in_the_sprite():
    shown = {
        name
        for page in Path(settings.ROOT, "templates").rglob("*.html")
        for name in re.findall(r'_icon\.html" with name="([a-z0-9-]+)"', page.read_text())
    }
    sprite = (VENDOR / "lucide-1.62.0" / "sprite.svg").read_text()
    assert shown
    assert shown - set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite)) == set()
