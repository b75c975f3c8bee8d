"""All dots of a wall as columns of numbers, built by the database itself. The one file of its SQL.

For 30,000 dots this is several times faster than to fetch the rows and write the text in Python,
and half as long to send. A test holds it to tickets.dots, on both databases.

    {"types": {id: code}, "id": […], "lat": […], "lng": […], "look": […], "area": […],
     "type": […], "yellow": […], "orange": […], "red": […]}

`lat` and `lng` in ten-thousandths of a degree; `type` the id of an event type, null if it is not
known. `look` is 32 times the version, plus four times the number of the stage (in the order of
Stage), plus two if it is paused, plus one for the star: together, as a column costs what another
does. The three times, in seconds since 1970, say when the light turns.
From "handled" on a dot is done: its light is blue, and pause, star and times say nothing any more.
None of it changes by itself: the text stays true until something happens.
"""

import json

from django.db import connections

from grids.models import Area
from tickets.dots import COARSE, FINE, VILLAGE_CODE
from tickets.models import EventType
from tickets.querysets import TicketQuerySet
from tickets.states import STAGE_OF, Stage

COLUMNS = ("id", "lat", "lng", "look", "area", "type", "yellow", "orange", "red")
# The number of the first stage in which nobody has to do anything any more.
DONE = list(Stage).index(Stage.RESOLVED)
# What a ticket's version counts in the look: more than all that stands below it.
VERSION = 32
_FIELDS = (
    "id", "state", "area_code", "lat", "lng", "exact", "event_type_id", "grid_id", "village_id",
    "supervision", "climbs", "version", "paused_until", "yellow_at", "orange_at", "red_at",
)  # fmt: skip


def columns_of(tickets: TicketQuerySet, *, visitor: bool = False) -> str:
    """Return the dots of these tickets as JSON, in no order, with two queries.

    :param visitor: no nearer than the village
    """
    kinds = list(EventType.objects.values_list("pk", "code", "category__at_area_centre"))
    amid = [pk for pk, _code, at_area_centre in kinds if at_area_centre]
    rows = tickets.on_the_wall().order_by().values_list(*_FIELDS)
    inner, params = rows.query.sql_with_params()
    with connections[rows.db].cursor() as cursor:
        cursor.execute(_statement(inner, cursor.db.vendor, amid, visitor), params)
        columns = cursor.fetchone()[0]
    types = json.dumps({pk: code for pk, code, _at_area_centre in kinds}, ensure_ascii=False)
    # The columns are JSON already: an object, whose brace ours takes the place of.
    return f'{{"types":{types},{columns[1:]}'


def _statement(inner: str, vendor: str, amid: list[int], visitor: bool) -> str:
    say = _SQLITE if vendor == "sqlite" else _POSTGRESQL
    values = _values(say, visitor)
    gathered = ", ".join(f"'{name}', {say['gather'].format(name)}" for name in COLUMNS)
    shown = ", ".join(f"{values[name]} AS {name}" for name in COLUMNS)
    whole = say["text"].format(f"{say['object']}({gathered})")
    kinds = ", ".join(map(str, amid or [-1]))
    on_the_spot = f"exact AND coalesce(event_type_id NOT IN ({kinds}), exact)"
    return (
        f"WITH raw ({', '.join(_FIELDS)}) AS ({inner}), "
        f"seen AS (SELECT *, {on_the_spot} AS on_the_spot FROM raw{say['once']}), "
        f"dot AS (SELECT {shown} FROM seen {_areas(visitor)}) SELECT {whole} FROM dot"
    )


def _values(say: dict[str, str], visitor: bool) -> dict[str, str]:
    """Return the expression of each column over the fields of the tickets."""
    stages = " ".join(
        f"WHEN '{state}' THEN {4 * list(Stage).index(stage)}" for state, stage in STAGE_OF.items()
    )
    paused = "CASE WHEN paused_until IS NULL THEN 0 ELSE 2 END"
    star = "CASE WHEN climbs > 0 OR supervision <> '' THEN 1 ELSE 0 END"
    turns = {name: say["seconds"].format(f"{name}_at") for name in ("yellow", "orange", "red")}
    return turns | {
        "id": "seen.id",
        "lat": _place(say, "lat", visitor),
        "lng": _place(say, "lng", visitor),
        "look": f"{VERSION} * seen.version + CASE state {stages} END + {paused} + {star}",
        "area": f"substr(area_code, 1, {VILLAGE_CODE})" if visitor else "area_code",
        "type": "event_type_id",
    }


def _rounded(say: dict[str, str], column: str, grain: int) -> str:
    # The same steps as in Python, so that all three round alike.
    shift = 180 * grain
    whole = say["whole"].format(f"{column} * {grain} + {shift}.5")
    return f"({whole} - {shift})" + (f" * {FINE // grain}" if grain != FINE else "")


def _areas(visitor: bool) -> str:
    """Join the areas amid which a dot stands: for the few that do, or for all before visitors."""
    area = Area._meta.db_table
    if visitor:
        placed = "amid.lat IS NOT NULL AND amid.lng IS NOT NULL"
        return f"LEFT JOIN {area} amid ON amid.id = seen.village_id AND {placed}"
    # A grid without a point of its own has its village's. Without a key most are not looked up.
    own = "own.lat IS NOT NULL AND own.lng IS NOT NULL"
    points = (
        f"SELECT own.id, CASE WHEN {own} THEN own.lat ELSE village.lat END AS lat, "
        f"CASE WHEN {own} THEN own.lng ELSE village.lng END AS lng FROM {area} own "
        f"LEFT JOIN {area} village ON village.code = substr(own.code, 1, {VILLAGE_CODE}) "
        "AND village.lat IS NOT NULL AND village.lng IS NOT NULL"
    )
    key = "CASE WHEN on_the_spot THEN NULL ELSE coalesce(seen.grid_id, seen.village_id) END"
    return f"LEFT JOIN ({points}) amid ON amid.id = {key}"


def _place(say: dict[str, str], axis: str, visitor: bool) -> str:
    """As tickets.dots has it: on the spot, or amid the area where that says too much."""
    own, coarse = (_rounded(say, f"seen.{axis}", grain) for grain in (FINE, COARSE))
    amid = f"coalesce({_rounded(say, f'amid.{axis}', FINE)}, {coarse})"
    return amid if visitor else f"CASE WHEN on_the_spot THEN {own} ELSE {amid} END"


_POSTGRESQL = {
    "object": "json_build_object",
    "text": "({0})::text",
    # What is reckoned below it is reckoned once a row, not wherever it is named.
    "once": " OFFSET 0",
    # Shorter than json_agg, which puts a space behind every comma.
    "gather": "coalesce(array_to_json(array_agg({0})), '[]')",
    "seconds": "floor(date_part('epoch', {0}))::bigint",
    "whole": "floor({0})::int",
}
_SQLITE = {
    "object": "json_object",
    "text": "{0}",
    "once": "",
    "gather": "json_group_array({0})",
    # Without the fraction: strftime would round it up.
    "seconds": "CAST(strftime('%%s', substr({0}, 1, 19)) AS integer)",
    "whole": "CAST({0} AS integer)",
}
