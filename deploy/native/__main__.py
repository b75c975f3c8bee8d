"""`make stack`: the whole production stack at a desk. Its data is kept in var/stack.

PORT says where (8000). A demonstration unless DEMONSTRATION=0: then it starts with the settings of
a real installation, keys kept in var/stack, and one account whose password is shown once.
"""

import json
import os
import secrets
import signal
import sys
import threading
import time
import urllib.request
from pathlib import Path

from deploy.native.parts import PARTS, ROOT, Stack, production
from deploy.native.servers import CannotStart


def main() -> None:
    place = Path(os.environ.get("DATA_DIR") or ROOT / "var") / "stack"
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)
    port = int(os.environ.get("PORT") or 8000)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        stack = Stack(place, settings=settings(place, port), port=port, lasting=True)
    except CannotStart as fault:
        sys.exit(str(fault))
    try:
        begin(stack)
        watch(stack, stop)
    finally:
        end(stack)


def settings(place: Path, port: int) -> dict[str, str]:
    """Return a demonstration's settings, or a real installation's with keys that are kept."""
    here = f"http://127.0.0.1:{port}"
    if os.environ.get("DEMONSTRATION", "1") != "0":
        return {"DEMONSTRATION": "1", "SITE_URL": here}
    kept = place / "production.json"
    if not kept.exists():
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(production(place), file)
    # There is no TLS at a desk: the pages' forms come from http.
    return json.loads(kept.read_text()) | {"SITE_URL": here, "CSRF_TRUSTED_ORIGINS": here}


def begin(stack: Stack) -> None:
    """Migrate, load the district, start every part, and say where it is."""
    print("Preparing the database and the district …", flush=True)
    stack.migrate()
    pack = os.environ.get("PACK") or "packs/tongliang"
    stack.manage("load_pack", pack)
    for part in PARTS:
        stack.start(part)
    stack.start_splitter()
    if "PRODUCTION" in stack.environment:
        first_account(stack)
    else:
        stack.manage("demo", "--accounts", "--pack", pack)
    wait_until_ready(stack)
    for name, process in stack.parts.items():
        print(f"  {name:7} {process.pid}")
    print(f"The platform is at http://127.0.0.1:{stack.port} (Ctrl-C stops it).", flush=True)


def first_account(stack: Stack) -> None:
    """Make the first administrator, unless there is one; show the password this once."""
    password = secrets.token_urlsafe(12)
    try:
        stack.manage(
            "createsuperuser", "--noinput", "--username", "admin", "--email", "admin@localhost",
            DJANGO_SUPERUSER_PASSWORD=password,
        )  # fmt: skip
    except RuntimeError:
        return
    print(f"Sign in as admin with the password {password}")


def wait_until_ready(stack: Stack) -> None:
    """Wait until /readyz answers through the splitter.

    :raises CannotStart: with the end of the logs, after a minute
    """
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{stack.port}/readyz", timeout=12):
                return
        except OSError:
            time.sleep(0.5)
    raise CannotStart(f"The parts did not come up.\n{stack.said()}")


def watch(stack: Stack, stop: threading.Event) -> None:
    """Stay until told to stop; start again what ends by itself, as `restart:` does."""
    while not stop.wait(1):
        for name in stack.revive():
            print(f"{name} ended by itself and is started again.", flush=True)


def end(stack: Stack) -> None:
    """Stop the proxy first, so that nothing new comes in; then each part lets its work finish."""
    for name in reversed(list(stack.parts)):
        stack.stop(name)
    stack.close()
    print("Stopped. The data is kept.")


if __name__ == "__main__":
    main()
