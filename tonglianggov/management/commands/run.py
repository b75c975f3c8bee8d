"""`manage.py run`: the whole platform in one process. `make run` calls it."""

import hashlib
import os
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from tonglianggov import embedded
from tonglianggov.celery import app


class Command(BaseCommand):
    help = "Start the whole platform in one process: pages, sockets, tasks and timetable."
    requires_migrations_checks = False
    stealth_options = ("stdin",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--pack", type=Path, help="a directory with the district as data")

    def handle(self, *, host: str, port: int, pack: Path | None, **options: Any) -> None:
        embedded.stop_on_signals()
        try:
            self._run(host=host, port=port, pack=pack)
        except KeyboardInterrupt:
            self.stdout.write("")
        self.stdout.write(_("Stopped. The data is kept."))

    def _run(self, *, host: str, port: int, pack: Path | None) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "REDIS_URL is set: with Redis the parts run as processes of their own, see "
                "docker-compose.yml. Unset REDIS_URL for one process."
            )
        # Said at once, not after a first start's minute of filling a database.
        if embedded.is_taken(host, port):
            raise self._taken(host, port)
        call_command("migrate", interactive=False, verbosity=0)
        self._collect_static_files()
        if pack:
            self._load(pack)
        if settings.DEMONSTRATION:
            call_command("demo", accounts=True, pack=pack)
        self.stdout.write(
            _("The platform is at %(url)s (Ctrl-C stops it).") % {"url": f"http://{host}:{port}"}
        )
        server = embedded.server(host=host, port=port)
        with embedded.celery_threads(app):
            month = self._start_demonstration_month(pack)
            started = embedded.run_until_told(server)
        if month.is_alive():
            self.stdout.write(
                _("The demonstration month is not finished: the next start goes on with it.")
            )
        if not started:
            raise self._taken(host, port)

    def _taken(self, host: str, port: int) -> CommandError:
        return CommandError(
            _("Port %(port)s of %(host)s is taken. Choose another: PORT=8001 make run")
            % {"port": port, "host": host},
            returncode=3,
        )

    def _collect_static_files(self) -> None:
        """Collect when a source changed: hashed names let browsers keep files for ever."""
        seen = hashlib.sha256()
        for finder in get_finders():
            for name, storage in finder.list([]):
                stat = os.stat(storage.path(name))
                seen.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
        self._once("static", seen.hexdigest(), "collectstatic", interactive=False, verbosity=0)

    def _load(self, pack: Path) -> None:
        """Load the pack when it differs from the one loaded last into this database."""
        seen = hashlib.sha256(str(settings.DATABASES["default"]["NAME"]).encode())
        for path in sorted(path for path in pack.rglob("*") if path.is_file()):
            seen.update(path.relative_to(pack).as_posix().encode())
            seen.update(path.read_bytes())
        self._once("pack", seen.hexdigest(), "load_pack", str(pack))

    def _once(self, name: str, digest: str, command: str, *arguments: str, **options: Any) -> None:
        """Call the command unless it was done for this very digest; remember when it is done."""
        stamp = settings.DATA_DIR / f"{name}.sha256"
        if stamp.exists() and stamp.read_text() == digest:
            return
        call_command(command, *arguments, **options)
        stamp.write_text(digest)

    def _start_demonstration_month(self, pack: Path | None) -> threading.Thread:
        """Fill in the month beside the running server; not a second time once it is there."""

        def fill() -> None:
            if settings.DEMONSTRATION:
                call_command("demo", month=True, pack=pack)

        # A daemon: Ctrl-C does not wait for it; each of its reports is a transaction of its own.
        thread = threading.Thread(target=fill, name="demonstration-month", daemon=True)
        thread.start()
        return thread
