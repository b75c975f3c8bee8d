"""Writing a pack's files, always the same bytes for the same content."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a CSV file with these columns; what a row does not name is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="\n")


def write_outlines(path: Path, shapes: Mapping[str, BaseGeometry], *, approximate: bool) -> None:
    """Write a GeoJSON file of outlines by code, one feature a line, in WGS 84."""
    lines = []
    for code in sorted(shapes):
        feature = {
            "type": "Feature",
            "properties": {"code": code, "approximate": approximate},
            "geometry": shapely.orient_polygons(shapes[code]).__geo_interface__,
        }
        lines.append(json.dumps(feature, separators=(",", ":")))
    path.parent.mkdir(parents=True, exist_ok=True)
    head = '{"type":"FeatureCollection","datum":"WGS84","features":[\n'
    path.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8", newline="\n")


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file for people to read and edit."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def shares(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """Return whole numbers that add up to `total` in proportion to the weights.

    The largest remainders are rounded up; of equal ones, the first. Each gets at least `least`.
    """
    free = total - least * len(weights)
    exact = [free * weight / sum(weights) for weight in weights]
    parts = [int(amount) for amount in exact]
    order = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: free - sum(parts)]:
        parts[i] += 1
    return [part + least for part in parts]
