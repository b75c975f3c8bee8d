"""Load a district pack: check all of it, then bring the tables up to it, or change nothing."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.models import Area
from grids.packfile import Fault, Files


class Command(BaseCommand):
    help = "Load a district pack (packs/README.md): safe to run twice, all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--check", action="store_true", help="only list what is wrong")
        parser.add_argument(
            "--dry-run", action="store_true", help="print what would change, change nothing"
        )

    def handle(self, *args, **options) -> None:
        directory: Path = options["directory"]
        if not directory.is_dir():
            raise CommandError(_("There is no directory “%s”.") % directory)
        files = Files(directory)
        faults = find_faults(files)
        if faults:
            for fault in faults:
                self.stderr.write(str(fault))
            raise CommandError(
                ngettext(
                    "%d fault in the pack; nothing was loaded.",
                    "%d faults in the pack; nothing was loaded.",
                    len(faults),
                )
                % len(faults)
            )
        if options["check"]:
            self.stdout.write(_("The pack is without fault."))
            return
        with transaction.atomic():
            lines = load(files)
            if options["dry_run"]:
                transaction.set_rollback(True)
                lines.append(_("Nothing was changed: this was a dry run."))
        for line in lines:
            self.stdout.write(line)


def find_faults(files: Files) -> list[Fault]:
    """Return everything that is wrong with a pack, as every app sees it."""
    return [fault for part in parts() for fault in part.validate(files)]


def load(files: Files) -> list[str]:
    """Load a pack that was found without fault; return what changed, in lines for people."""
    at = timezone.now()
    lines = []
    with transaction.atomic():
        for part in parts():
            lines += part.load(files, at=at).lines()
    bare = Area.objects.in_force(timezone.localdate(at)).filter(boundary__isnull=True).count()
    if bare:
        lines.append(
            ngettext(
                "%d area has no outline: no point on the map belongs to it.",
                "%d areas have no outline: no point on the map belongs to them.",
                bare,
            )
            % bare
        )
    return lines


def parts() -> list[ModuleType]:
    """Return the pack.py of every app that has one, lower floors first."""
    # INSTALLED_APPS lists ours from the ground floor up (docs: the house).
    return [
        import_module(f"{config.name}.pack")
        for config in apps.get_app_configs()
        if module_has_submodule(config.module, "pack")
    ]
