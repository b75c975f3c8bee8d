"""`manage.py messages`: collect the texts of code and templates into locale/. See `make messages`.

Needs the gettext tools (Debian: gettext). Works on a copy of the sources, because makemessages
writes files beside the templates it reads.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

LAYOUT = ("--no-wrap", "--add-location=file")
# The source texts are English: this catalogue is filled with them; people write the others.
SOURCE_LANGUAGE = "en"
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "zh_Hans": "nplurals=1; plural=0;"}


class Command(BaseCommand):
    help = "Collect the texts of code and templates into locale/*.po, and compile them."

    def handle(self, **options: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            pot = collect(into=Path(folder))
            for language in PLURALS:
                po = catalogue(language)
                text = refreshed(language, pot=pot)
                po.parent.mkdir(parents=True, exist_ok=True)
                po.write_text(text, encoding="utf-8")
                compiled(po, into=po.with_suffix(".mo"))
                left = len(untranslated(po))
                self.stdout.write(f"{language}: {left} texts wait for translation")


def catalogue(language: str) -> Path:
    """Return the path of a language's .po file."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[Path]:
    """Give the files that may hold texts, as absolute paths: our apps and the templates."""
    root = Path(settings.ROOT)
    rooms = {root / "templates", root / "tonglianggov"}
    rooms |= {Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == root}
    for room in sorted(rooms):
        for path in sorted(room.rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def collect(*, into: Path) -> Path:
    """Return a .pot file in the empty directory `into` with all texts that are marked."""
    for path in sources():
        copy = into / path.relative_to(settings.ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    (into / "locale").mkdir()
    # Without settings makemessages takes the catalogues of the directory it stands in.
    alone = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    order = [sys.executable, "-m", "django", "makemessages", "-l", SOURCE_LANGUAGE, "--keep-pot"]
    done = subprocess.run([*order, *LAYOUT], cwd=into, env=alone, capture_output=True, text=True)
    if done.returncode:
        raise CommandError(f"makemessages failed:\n{done.stderr or done.stdout}")
    pot = into / "locale" / "django.pot"
    # The date would change at every run, with nothing else changed.
    text = re.sub(r'^"POT-Creation-Date:.*\n', "", pot.read_text(encoding="utf-8"), flags=re.M)
    pot.write_text(text, encoding="utf-8")
    return pot


def refreshed(language: str, *, pot: Path) -> str:
    """Return the text of a language's catalogue with the texts of `pot`, no more and no fewer.

    Translations are kept where the English is still the same, letter for letter: guesses are wrong.
    """
    po = catalogue(language)
    if language == SOURCE_LANGUAGE:
        return headed(language, tool("msgen", "--no-wrap", f"--lang={language}", str(pot)))
    if not po.exists():
        return headed(language, pot.read_text(encoding="utf-8"))
    merge = ("msgmerge", "-q", "--no-fuzzy-matching", *LAYOUT, "-o", "-", str(po), str(pot))
    merged = pot.with_name(f"{language}.po")
    merged.write_text(tool(*merge), encoding="utf-8")
    return headed(language, tool("msgattrib", "--no-obsolete", "--no-wrap", str(merged)))


def headed(language: str, text: str) -> str:
    """Return the catalogue's text under the header of this house."""
    _, entries = text.split("\n\n", 1)
    lines = (
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {PLURALS[language]}",
    )
    header = "".join(f'"{line}\\n"\n' for line in lines)
    return f'msgid ""\nmsgstr ""\n{header}\n{entries}'


def compiled(po: Path, *, into: Path) -> Path:
    """Write the .mo of a catalogue; refuse translations that lack a placeholder, or have one more.

    :raises CommandError: naming the lines
    """
    tool("msgfmt", "--check-format", "-o", str(into), str(po))
    return into


def untranslated(po: Path) -> list[str]:
    """Return the entries, in the file's own notation, that are empty or guessed."""
    found = [
        tool("msgattrib", way, "--no-wrap", str(po)) for way in ("--untranslated", "--only-fuzzy")
    ]
    return [entry for text in found for entry in text.split("\n\n")[1:]]


def tool(*order: str) -> str:
    """Return what a gettext tool prints."""
    try:
        done = subprocess.run(order, capture_output=True, text=True, encoding="utf-8")
    except FileNotFoundError as missing:
        raise CommandError(f"{order[0]} is missing: install the package gettext.") from missing
    if done.returncode:
        raise CommandError(f"{order[0]} refused:\n{done.stderr}")
    return done.stdout
