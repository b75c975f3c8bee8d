#!/usr/bin/env python
"""Fetch the browser's libraries from npm again: `python static/vendor/vendor.py`.

They are committed, so nothing is downloaded when the platform is built or runs. To take a newer
version, or another icon, change a line here, run this, and commit what it wrote. `--check` only
compares the files with the manifest and fails if one differs.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LEAFLET, LUCIDE, ECHARTS, ESBUILD = "1.9.4", "1.62.0", "6.1.0", "0.25.0"
LEAFLET_FILES = ("leaflet.js", "leaflet.css", "images/layers.png", "images/layers-2x.png",
                 "images/marker-icon.png", "images/marker-icon-2x.png",
                 "images/marker-shadow.png")  # fmt: skip
# The icons in use, by Lucide's names. One sprite: <use href="…/sprite.svg#camera">.
ICONS = """
arrow-left arrow-right arrow-up bell brush calendar-days camera check chevron-down chevron-right
circle-check circle-help clock copy download eye file-text filter history house image inbox info
key-round languages layers list locate-fixed log-in log-out map map-pin menu merge message-square
monitor pause pencil phone plus printer rotate-ccw search send settings shield star thumbs-up
triangle-alert type undo-2 user users volume-2 wifi-off x
"""
# What our charts use: static/js/figures/option.js.
ECHARTS_PARTS = """
import { init, use } from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
use([BarChart, LineChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);
export { init };
"""
# A source map is not shipped, and a stylesheet's hashed name must not point to one.
_SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$")


def main() -> int:
    """Fetch everything and write the manifest; or, with --check, compare. The exit code."""
    if "--check" in sys.argv[1:]:
        faults = differences()
        sys.stderr.writelines(f"{fault}\n" for fault in faults)
        return 1 if faults else 0
    libraries = [_leaflet(), _lucide(), _echarts()]
    text = json.dumps(libraries, indent=2, ensure_ascii=False)
    (HERE / "manifest.json").write_text(f"{text}\n")
    return 0


def differences() -> list[str]:
    """Return what differs between the files and the manifest, as sentences; [] if nothing."""
    faults = []
    listed = set()
    for library in json.loads((HERE / "manifest.json").read_text()):
        folder = HERE / f"{library['name']}-{library['version']}"
        for name, digest in library["files"].items():
            path = folder / name
            listed.add(path)
            if not path.is_file():
                faults.append(f"{path} is missing")
            elif _digest(path.read_bytes()) != digest:
                faults.append(f"{path} was changed")
    found = {path for path in HERE.glob("*-*/**/*") if path.is_file()}
    return faults + [f"{path} is not in the manifest" for path in sorted(found - listed)]


def _leaflet() -> dict:
    package = _packed("leaflet", LEAFLET)
    files = {name: package[f"dist/{name}"] for name in LEAFLET_FILES}
    files["leaflet.js"] = _SOURCE_MAP.sub(b"\n", files["leaflet.js"])
    files["LICENSE"] = package["LICENSE"]
    return _written("leaflet", LEAFLET, "BSD-2-Clause", files, "without its source map line")


def _lucide() -> dict:
    package = _packed("lucide-static", LUCIDE)
    symbols = [_symbol(name, package[f"icons/{name}.svg"].decode()) for name in ICONS.split()]
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    files = {"sprite.svg": sprite.encode(), "LICENSE": package["LICENSE"]}
    return _written("lucide", LUCIDE, "ISC", files, "one sprite made of single icons")


def _echarts() -> dict:
    """Build what our charts need of ECharts as one module: npm resolves, esbuild joins."""
    with tempfile.TemporaryDirectory() as folder:
        packages = [f"echarts@{ECHARTS}", f"esbuild@{ESBUILD}"]
        _run(["npm", "install", "--silent", "--no-audit", "--no-fund", *packages], folder)
        (Path(folder) / "entry.js").write_text(ECHARTS_PARTS)
        build = ["npx", "esbuild", "entry.js", "--bundle", "--format=esm", "--minify",
                 "--legal-comments=none", "--outfile=echarts.js"]  # fmt: skip
        _run(build, folder)
        package = Path(folder) / "node_modules" / "echarts"
        files = {name: (package / name).read_bytes() for name in ("LICENSE", "NOTICE")}
        files["echarts.js"] = (Path(folder) / "echarts.js").read_bytes()
    return _written("echarts", ECHARTS, "Apache-2.0", files, "a module of lines and bars only")


def _run(command: list[str], folder: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _symbol(name: str, svg: str) -> str:
    shapes = re.findall(r"<(?:path|circle|rect|line|polyline|polygon|ellipse)\b[^>]*/>", svg)
    # Drawn as lines: a symbol does not inherit what stood on its own <svg>.
    look = ('fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" '
            'stroke-linejoin="round"')  # fmt: skip
    return f'<symbol id="{name}" viewBox="0 0 24 24"><g {look}>{"".join(shapes)}</g></symbol>'


def _packed(name: str, version: str) -> dict[str, bytes]:
    """Return the files of an npm package, by path."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{name}@{version}"]
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
        with tarfile.open(Path(folder) / done.stdout.split()[-1]) as archive:
            return {
                member.name.removeprefix("package/"): content.read()
                for member in archive
                if (content := archive.extractfile(member))
            }


def _written(name: str, version: str, licence: str, files: dict[str, bytes], change: str) -> dict:
    folder = HERE / f"{name}-{version}"
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return {
        "name": name,
        "version": version,
        "licence": licence,
        "changed": change,
        "files": {path: _digest(content) for path, content in sorted(files.items())},
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
