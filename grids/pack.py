"""The grids' part of a district pack: settings, land, units, Party organisations."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from grids import district_values, pack_areas, pack_units
from grids.models import District
from grids.packfile import BadValue, Fault, Files, sentence
from grids.packload import Changes

SETTINGS = "district.json"


def validate(files: Files) -> list[Fault]:
    """Return everything that is wrong with this part of the pack; remember what it says."""
    parsed, before = files.parsed, len(files.faults)
    parsed["district"] = _district(files)
    parsed["areas"] = pack_areas.areas(files)
    parsed["outlines"] = pack_areas.outlines(files, parsed["areas"])
    parsed["trades"] = pack_units.departments(files)
    parsed["units"] = pack_units.units(parsed["trades"], parsed["areas"])
    pack_units.check_lengths(files, parsed["units"])
    parsed["party"] = pack_units.party(files, parsed["areas"])
    return files.faults[before:]


def load(files: Files, *, at: datetime) -> Changes:
    """Bring the tables up to a pack without faults, inside the caller's transaction."""
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


def _district(files: Files) -> dict[str, Any]:
    given = files.json(SETTINGS)
    if given is None:
        return {}
    if not isinstance(given, dict):
        files.fault(SETTINGS, "", _("This is not an object with named members."))
        return {}
    known = {*district_values.TEXTS, *district_values.CHECKS}
    for name in sorted(set(given) - known):
        files.fault(SETTINGS, name, _("Unknown member."))
    for name in sorted(district_values.NEEDED - set(given)):
        files.fault(SETTINGS, name, _("This member is missing."))
    if "code" in given and given["code"] not in _district_codes(files):
        files.fault(SETTINGS, "code", _("This is not the district in areas.csv."))
    values: dict[str, Any] = {}
    for name in sorted(set(given) & known):
        try:
            values[name] = district_values.check(name, given[name])
        except BadValue as bad:
            files.fault(SETTINGS, name, sentence(bad))
    return values


def _district_codes(files: Files) -> list[str]:
    rows = files.table(pack_areas.AREAS, pack_areas.COLUMNS)
    return [row["code"] for row in rows if len(row["code"]) == 6]
