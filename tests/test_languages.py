"""Both languages are complete, and what is compiled is what is written."""

import gettext
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parent.parent
LANGUAGES = ("zh_Hans", "en")
CATALOGUES = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
# Folders whose texts people read.
ROOMS = (
    "people", "notices", "grids", "tickets", "volunteers", "points", "video", "wall", "tonglianggov",
    "templates", "static/js",
)  # fmt: skip


def tool(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def messages(text: str) -> set[str]:
    """Return the msgids (with their context) of a catalogue's text, without the header."""
    found, context, reading, parts = set(), "", "", []
    for line in [*text.splitlines(), ""]:
        if line.startswith("msgctxt "):
            context = line.removeprefix("msgctxt ")
        elif line.startswith("msgid "):
            reading, parts = "id", [line.removeprefix("msgid ")]
        elif line.startswith('"') and reading == "id":
            parts.append(line)
        elif reading == "id":
            found.add(context + "".join(part.strip()[1:-1] for part in parts))
            reading, context = "", ""
    return found - {""}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_catalogue(language):
    assert ROOT / f"locale/{language}/LC_MESSAGES/django.po" in CATALOGUES


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: "/".join(path.parts[-3:]))
def test_nothing_is_untranslated_uncertain_or_broken(path):
    assert tool("msgattrib", "--untranslated", "--no-obsolete", str(path)) == ""
    assert tool("msgattrib", "--only-fuzzy", "--no-obsolete", str(path)) == ""
    tool("msgfmt", "--check", "--output-file=/dev/null", str(path))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: "/".join(path.parts[-3:]))
def test_what_is_compiled_is_what_is_written(path, tmp_path):
    fresh = tmp_path / "fresh.mo"
    tool("msgfmt", f"--output-file={fresh}", str(path))

    with path.with_suffix(".mo").open("rb") as committed, fresh.open("rb") as made:
        assert (
            gettext.GNUTranslations(committed)._catalog == gettext.GNUTranslations(made)._catalog
        )


def test_every_text_in_the_code_is_in_the_catalogues(tmp_path, monkeypatch):
    for room in ROOMS:
        shutil.copytree(
            ROOT / room,
            tmp_path / room,
            ignore=shutil.ignore_patterns("migrations", "__pycache__", "vendor"),
        )
    (tmp_path / "locale").mkdir()
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=["en"], no_obsolete=True, verbosity=0)
    wanted = messages((tmp_path / "locale/en/LC_MESSAGES/django.po").read_text())

    for language in LANGUAGES:
        kept = messages((ROOT / f"locale/{language}/LC_MESSAGES/django.po").read_text())
        assert wanted - kept == set(), f"missing from {language}: run make messages"
