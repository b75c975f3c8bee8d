from datetime import date

from django.db import models
from django.db.models import Q


class InForceQuerySet(models.QuerySet):
    """For what has a first day (`valid_from`) and an end: the first day without (`valid_to`)."""

    def in_force(self, on: date):
        """Those that exist on this day."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on)
        )


class AreaQuerySet(InForceQuerySet):
    def under(self, code: str):
        """The area with this code and all beneath it."""
        return self.filter(code__startswith=code)

    def children_of(self, code: str):
        """The areas one level below."""
        below = {6: 9, 9: 12, 12: 15}.get(len(code), 0)
        return self.filter(code__startswith=code, code__regex=rf"^[0-9]{{{below}}}$")


_InForceManager = models.Manager.from_queryset(InForceQuerySet)


class CentreManager(_InForceManager):
    """Units that are command centres."""

    def get_queryset(self):
        return super().get_queryset().exclude(tier="")


class DepartmentManager(_InForceManager):
    """Units that are not command centres."""

    def get_queryset(self):
        return super().get_queryset().filter(tier="")
