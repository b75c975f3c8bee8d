"""The grids' part of a district pack: settings, land, units, Party organisations."""

import re
from datetime import datetime, time
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from grids import pack_areas, pack_units
from grids.models import District
from grids.packfile import BadValue, Fault, Files
from grids.packload import Changes

SETTINGS = "district.json"
# Member of district.json -> most characters, for the texts.
TEXTS = {
    "name": 60, "name_en": 80, "service_name": 60, "service_name_en": 80, "centre_title": 60,
    "centre_title_en": 120, "hotline": 30, "map_credits": 300, "map_credits_en": 300,
    "map_review_number": 40,
}
NEEDED = {"code", "name", "number_prefix", "work_sessions"}


def validate(files: Files) -> list[Fault]:
    """Return everything that is wrong with this part of the pack; remember what it says."""
    parsed = files.parsed
    parsed["district"], faults = _district(files)
    parsed["areas"], of_areas = pack_areas.areas(files)
    parsed["outlines"], of_outlines = pack_areas.outlines(files, parsed["areas"])
    parsed["trades"], of_trades = pack_units.departments(files)
    parsed["units"] = pack_units.units(parsed["trades"], parsed["areas"])
    parsed["party"], of_party = pack_units.party(files, parsed["areas"])
    of_units = pack_units.check_lengths(parsed["units"])
    return [*faults, *of_areas, *of_outlines, *of_trades, *of_units, *of_party]


def load(files: Files, *, at: datetime) -> Changes:
    """Bring the tables up to a pack that was found without fault, inside the caller's transaction."""
    parsed, changes, on = files.parsed, Changes(), timezone.localdate(at)
    areas = pack_areas.load(parsed["areas"], parsed["outlines"], on=on, changes=changes)
    pack_units.load_units(parsed["units"], areas, on=on, changes=changes)
    pack_units.load_party(parsed["party"], areas, on=on, changes=changes)
    _load_district(parsed["district"], files.digest(), changes)
    return changes


def is_loaded(directory: Path | str) -> bool:
    """Tell whether exactly this pack is the one in the database."""
    return District.objects.filter(pk=1, pack_digest=Files(Path(directory)).digest()).exists()


def _load_district(values: dict[str, Any], digest: str, changes: Changes) -> None:
    tally = changes.tally(_("District settings"))
    district = District.objects.select_for_update().filter(pk=1).first()
    before = {name: getattr(district, name) for name in values} if district else None
    if before == values:
        tally.unchanged += 1
    else:
        (tally.added if district is None else tally.changed).append(values["code"])
    if before != values or district is None or district.pack_digest != digest:
        made = {**values, "pack_digest": digest, "stamp": uuid4()}
        District.objects.update_or_create(pk=1, defaults=made)


def _district(files: Files) -> tuple[dict[str, Any], list[Fault]]:
    given = files.json(SETTINGS)
    if given is None:
        return {}, []
    if not isinstance(given, dict):
        return {}, [Fault(SETTINGS, "", _("This is not an object with named members."))]
    faults: list[Fault] = []
    known = {
        *TEXTS, "number_prefix", "work_sessions", "emergency_numbers", "languages",
        "satisfaction_target", "code",
    }
    faults += [Fault(SETTINGS, name, _("Unknown member.")) for name in sorted(set(given) - known)]
    faults += [
        Fault(SETTINGS, name, _("This member is missing.")) for name in sorted(NEEDED - set(given))
    ]
    values: dict[str, Any] = {}
    if "code" in given and given["code"] not in _district_codes(files):
        faults.append(Fault(SETTINGS, "code", _("This is not the district in areas.csv.")))
    checks = {
        **dict.fromkeys(TEXTS, _text), "code": _code, "number_prefix": _prefix, "work_sessions": _sessions,
        "emergency_numbers": _numbers, "languages": _languages, "satisfaction_target": _percent,
    }
    for name in sorted(set(given) & known):
        try:
            values[name] = checks[name](name, given[name])
        except BadValue as bad:
            faults.append(Fault(SETTINGS, name, f"{bad}."))
    return values, faults


def _district_codes(files: Files) -> list[str]:
    rows = files.table(pack_areas.AREAS, pack_areas.COLUMNS)
    return [row["code"] for row in rows if len(row["code"]) == 6]


def _code(_name: str, value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{6}", value):
        raise BadValue(_("six digits are expected"))
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > TEXTS[name] or (name in NEEDED and not value):
        raise BadValue(_("a text of at most %d characters is expected") % TEXTS[name])
    return value


def _prefix(_name: str, value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{1,4}", value):
        raise BadValue(_("one to four capitals are expected"))
    return value


def _sessions(_name: str, value: Any) -> list[list[str]]:
    times: list[time] = []
    try:
        for start, end in value:
            if not re.fullmatch(r"\d\d:\d\d", start) or not re.fullmatch(r"\d\d:\d\d", end):
                raise ValueError(start)
            times += [time.fromisoformat(start), time.fromisoformat(end)]
    except (TypeError, ValueError):
        raise BadValue(_('pairs of times are expected, such as [["09:00", "12:00"]]')) from None
    if not times or any(a >= b for a, b in zip(times, times[1:], strict=False)):
        raise BadValue(_("office hours follow each other without overlap within one day"))
    return [list(pair) for pair in value]


def _numbers(_name: str, value: Any) -> list[dict[str, str]]:
    if not isinstance(value, list) or not all(
        isinstance(item, dict)
        and set(item) <= {"number", "name", "name_en"}
        and all(isinstance(text, str) for text in item.values())
        and item.get("number", "").isdigit()
        and item.get("name")
        for item in value
    ):
        raise BadValue(_('a list is expected of {"number": "110", "name": …, "name_en": …}'))
    return value


def _languages(_name: str, value: Any) -> list[str]:
    known = [code for code, _label in settings.LANGUAGES]
    if not isinstance(value, list) or not value or not all(item in known for item in value):
        raise BadValue(_("a list is expected of: %s") % ", ".join(known))
    return value


def _percent(_name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise BadValue(_("a whole number from 0 to 100 is expected"))
    return value
