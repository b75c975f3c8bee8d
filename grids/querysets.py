from datetime import date, datetime

from django.apps import apps
from django.db import models
from django.db.models import Q

from people.models import AuditEntry, Post


class InForceQuerySet(models.QuerySet):
    """For what has a first day (`valid_from`) and an end: the first day without (`valid_to`)."""

    def in_force(self, on: date):
        """Those that exist on this day."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on)
        )


class UnitQuerySet(InForceQuerySet):
    def without_people(self, on: date):
        """Those in which nobody holds a post on this day."""
        return self.exclude(pk__in=Post.objects.held_on(on).exclude(unit=None).values("unit"))


class AreaQuerySet(InForceQuerySet):
    def without_centre(self, on: date):
        """Districts, towns and villages for which no command centre decides on this day."""
        units = apps.get_model("grids", "Unit").objects.in_force(on).exclude(tier="")
        return self.exclude(level="grid").exclude(pk__in=units.values("area"))

    def without_outline(self):
        """Those of which the map knows no outline."""
        return self.filter(boundary__isnull=True)

    def redrawn_since(self, moment: datetime):
        """Those whose outline somebody has changed since then; the audit remembers."""
        redrawn = AuditEntry.objects.filter(action="area.redraw", at__gte=moment)
        return self.filter(code__in=redrawn.values("area_code"))

    def under(self, code: str):
        """The area with this code and all beneath it."""
        return self.filter(code__startswith=code)

    def children_of(self, code: str):
        """The areas one level below."""
        below = {6: 9, 9: 12, 12: 15}.get(len(code), 0)
        return self.filter(code__startswith=code, code__regex=rf"^[0-9]{{{below}}}$")


_UnitManager = models.Manager.from_queryset(UnitQuerySet)


class CentreManager(_UnitManager):
    """Units that are command centres."""

    def get_queryset(self):
        return super().get_queryset().exclude(tier="")


class DepartmentManager(_UnitManager):
    """Units that are not command centres."""

    def get_queryset(self):
        return super().get_queryset().filter(tier="")
