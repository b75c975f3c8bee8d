"""What a district's demonstration is made of: the pack's demonstration.json, checked and typed."""

import csv
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from grids.models import District

FILE = "demonstration.json"


class BadScript(Exception):
    """The demonstration file cannot be used; the message is a sentence."""


@dataclass(frozen=True)
class Text:
    """One of the month's reports: the words with {slots}, where such things happen, the type.

    where: "community", "village" or "" for either. type: what it truly is. unclear: nobody who
    reports such a thing knows the type.
    """

    words: str
    where: str
    type: str
    unclear: bool


@dataclass(frozen=True)
class Script:
    """A district's demonstration: accounts, staff, what people write, the month, its cases.

    phrases: {what: [words] or {category: [words], "": [words]}}, what is said at each step.
    slots: {name: [values]} for the texts of the month.
    """

    password: str = ""
    accounts: Sequence[Mapping[str, Any]] = ()
    full_time: int = 0
    part_time: int = 0
    surnames: Sequence[str] = ("N.",)
    given_names: Sequence[str] = ("N.",)
    reports: int = 0
    days: int = 1
    unclear_type: str = ""
    slots: Mapping[str, Sequence[str]] = field(default_factory=dict)
    texts: Sequence[Text] = ()
    cases: Sequence[Mapping[str, Any]] = ()
    phrases: Mapping[str, Any] = field(default_factory=dict)

    def say(self, what: str, chance: random.Random, category: str = "") -> str:
        """Return words for a step, of the category's own where the script has any."""
        kept = self.phrases.get(what) or _plain(what)
        if isinstance(kept, Mapping):
            kept = kept.get(category) or kept.get("") or _plain(what)
        return chance.choice(list(kept))

    def name(self, chance: random.Random) -> str:
        """Return an invented person's name."""
        return chance.choice(list(self.surnames)) + chance.choice(list(self.given_names))


def of_the_district(pack: Path | None = None) -> Script:
    """Return the script of this pack, or of the one in packs/ that holds the loaded district.

    A district without a script has an empty one: no accounts, plain words.

    :raises BadScript: if the file is not what it should be
    """
    if pack is None:
        pack = _pack_of(District.current().code)
    if pack is None or not (pack / FILE).exists():
        return Script()
    return _read(pack)


def _pack_of(code: str) -> Path | None:
    for path in sorted((settings.ROOT / "packs").glob("*/district.json")):
        try:
            if json.loads(path.read_text(encoding="utf-8")).get("code") == code:
                return path.parent
        except (ValueError, OSError, AttributeError):
            # Not our pack's business: load_pack says what is wrong with it.
            continue
    return None


def _read(pack: Path) -> Script:
    try:
        held = json.loads((pack / FILE).read_text(encoding="utf-8"))
        staff, month = held["staff"], held["month"]
        return Script(
            password=held["password"],
            accounts=held["accounts"],
            full_time=staff["full_time"],
            part_time=staff["part_time"],
            surnames=staff["surnames"],
            given_names=staff["given_names"],
            reports=month["reports"],
            days=month["days"],
            unclear_type=held["unclear_type"],
            slots=month["slots"],
            texts=_texts(pack / month["texts"]),
            cases=month["cases"],
            phrases=held["phrases"],
        )
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise BadScript(
            _("%(file)s cannot be used: %(error)s.")
            % {"file": pack / FILE, "error": f"{type(error).__name__} {error}"}
        ) from error


def _texts(path: Path) -> list[Text]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Text(row["words"], row["where"], row["type"], row["unclear"] == "yes")
            for row in csv.DictReader(file)
        ]


def _plain(what: str) -> list[str]:
    """What is said where the district's script has no words of its own."""
    words = {
        "done": _("The matter was dealt with on the spot."),
        "evidence": _("Checked on the spot by the community."),
        "answer": _("What you reported has been dealt with. Thank you for telling us."),
        "missing": _("It is not finished yet. Please go there once more."),
        "passed_up": _("This cannot be solved here and needs the level above."),
        "return": _("This is not the duty of our unit."),
        "extension": _("Materials have to be ordered first; it takes longer."),
        "suspension": _("The work has to wait for the right season."),
        "unsolved": _("It is still as before."),
        "refused": _("This does not belong to this platform."),
        "round": _("Both sides were heard once more."),
        "supervised": _("Please see to it and report back."),
    }
    return [words.get(what, "")]
