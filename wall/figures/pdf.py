"""A page as a PDF, where this machine has what that needs: Pango, and a font with Chinese."""

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from wall.figures import press

log = logging.getLogger(__name__)
_SECONDS = 30
# Each takes a core and some hundred megabytes while it lasts.
_AT_ONCE = threading.BoundedSemaphore(2)


class NoPdf(Exception):
    """It cannot be made here, or not now; the message says so to whoever asked."""


def of(html: str, *stylesheets: str) -> bytes:
    """Return the page as a PDF.

    :param stylesheets: their names below static/; nothing else is fetched
    :raises NoPdf: without Pango or a Chinese font, or if it takes too long
    """
    page = {"html": html, "css": [_text_of(name) for name in stylesheets]}
    if not _AT_ONCE.acquire(timeout=_SECONDS):
        raise NoPdf(_("Other papers are being made just now. Please try again in a minute."))
    try:
        return _pressed(json.dumps(page).encode())
    finally:
        _AT_ONCE.release()


def _text_of(name: str) -> str:
    path = finders.find(name)
    assert path, f"there is no {name}"
    return Path(path).read_text()


def _pressed(page: bytes) -> bytes:
    command = [sys.executable, "-m", press.__name__]
    try:
        done = subprocess.run(
            command, input=page, capture_output=True, timeout=_SECONDS, cwd=settings.ROOT,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as fault:
        raise NoPdf(
            _("The PDF took too long. The page can be printed from the browser.")
        ) from fault
    if done.returncode in (press.NO_PANGO, press.NO_FONT):
        raise NoPdf(
            _("This server cannot make PDF files: Pango or a Chinese font is missing. "
              "The page can be printed from the browser, also to a PDF.")
        )  # fmt: skip
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        log.error("a PDF could not be made (%s): %s", done.returncode, done.stderr[-2000:].decode())
        raise NoPdf(_("The PDF could not be made. The page can be printed from the browser."))
    return done.stdout
