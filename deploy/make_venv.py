"""Make a virtual environment with pip, also where Python came without ensurepip (plain Debian).

Usage: python3 deploy/make_venv.py .venv
"""

import configparser
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import venv
from pathlib import Path


def main(place: Path) -> None:
    if not (3, 11) <= sys.version_info < (3, 14):
        sys.exit(
            f"This platform needs Python 3.11, 3.12 or 3.13; {sys.executable} is "
            f"{sys.version.split()[0]}. Name another one: make PYTHON=python3.12 run"
        )
    venv.create(place, symlinks=os.name != "nt", clear=place.exists())
    python = str(place / "bin" / "python")
    for way in (with_ensurepip, with_the_systems_pip, with_a_wheel_from_the_index):
        if way(python):
            return
    sys.exit(
        "There is no way to install pip: install python3-venv (Debian), or set PIP_INDEX_URL to "
        "your package index, and try again."
    )


def succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def with_ensurepip(python: str) -> bool:
    return succeeds(python, "-m", "ensurepip", "--default-pip")


def with_the_systems_pip(python: str) -> bool:
    return succeeds(sys.executable, "-m", "pip", "--python", python, "install", "pip")


def known_index() -> str:
    """Return the package index that this machine is set up for, "" if none is named anywhere."""
    named = configparser.ConfigParser(interpolation=None)
    home = Path.home()
    named.read(["/etc/pip.conf", home / ".pip/pip.conf", home / ".config/pip/pip.conf"])
    configured = named.get("global", "index-url", fallback="")
    return os.environ.get("PIP_INDEX_URL") or configured


def with_a_wheel_from_the_index(python: str) -> bool:
    """Fetch pip's newest wheel, check its hash and let it install itself."""
    known = known_index()
    if not known:
        return False
    index = known.rstrip("/") + "/pip/"
    question = urllib.request.Request(
        index, headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    try:
        with urllib.request.urlopen(question, timeout=60) as answer:
            files = json.load(answer)["files"]
        wheel = [
            file
            for file in files
            if file["filename"].endswith("-py3-none-any.whl")
            and not file.get("yanked")
            # Versions are 24.0, 25.1.1, …; a letter marks a trial version.
            and file["filename"].split("-")[1].replace(".", "").isdigit()
        ][-1]
        with urllib.request.urlopen(
            urllib.parse.urljoin(index, wheel["url"]), timeout=120
        ) as answer:
            content = answer.read()
    except (OSError, ValueError, LookupError) as fault:
        print(f"The index {index} did not give pip: {fault}", file=sys.stderr)
        return False
    if hashlib.sha256(content).hexdigest() != wheel["hashes"]["sha256"]:
        print(f"{wheel['filename']} is not what the index announces", file=sys.stderr)
        return False
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / wheel["filename"]
        path.write_bytes(content)
        return succeeds(python, f"{path}/pip", "install", "--no-index", str(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
