from django.db import models


class AreaQuerySet(models.QuerySet):
    def under(self, code: str):
        """The area with this code and all beneath it."""
        return self.filter(code__startswith=code)

    def children_of(self, code: str):
        """The areas one level below."""
        below = {6: 9, 9: 12, 12: 15}.get(len(code), 0)
        return self.filter(code__startswith=code, code__regex=rf"^[0-9]{{{below}}}$")


class CentreManager(models.Manager):
    """Units that are command centres."""

    def get_queryset(self):
        return super().get_queryset().exclude(tier="")


class DepartmentManager(models.Manager):
    """Units that are not command centres."""

    def get_queryset(self):
        return super().get_queryset().filter(tier="")
