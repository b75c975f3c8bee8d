"""The press: makes a PDF of a page, in a process of its own that cannot reach anything.

Run by pdf.py with the page on its standard input; it knows nothing of the platform. It may take
so much memory and time and no more; it fetches nothing, from nowhere.
"""

import ctypes
import json
import resource
import sys

MEMORY = 1024 * 1024 * 1024
SECONDS = 40
NO_PANGO, NO_FONT = 3, 4


def main() -> int:
    """Read {"html", "css", "language"}, write the PDF; the exit code says what is missing."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    page = json.load(sys.stdin)
    try:
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):
        return NO_PANGO
    if not has_chinese():
        return NO_FONT

    class Nothing(URLFetcher):
        def fetch(self, url, headers=None):
            raise ValueError(f"{url} is not fetched: a paper holds everything itself")

    sheets = [CSS(string=text, url_fetcher=Nothing()) for text in page["css"]]
    html = HTML(string=page["html"], url_fetcher=Nothing())
    sys.stdout.buffer.write(html.write_pdf(stylesheets=sheets))
    return 0


def has_chinese() -> bool:
    """Whether a font with Chinese letters is installed, as fontconfig knows it."""
    try:
        fonts = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return False
    for name in ("FcNameParse", "FcObjectSetCreate", "FcFontList"):
        getattr(fonts, name).restype = ctypes.c_void_p
    fonts.FcFontList.argtypes = [ctypes.c_void_p] * 3
    fonts.FcInit()
    found = fonts.FcFontList(None, fonts.FcNameParse(b":lang=zh"), fonts.FcObjectSetCreate())
    # The list begins with how many there are.
    return bool(found) and ctypes.cast(found, ctypes.POINTER(ctypes.c_int))[0] > 0


if __name__ == "__main__":
    sys.exit(main())
