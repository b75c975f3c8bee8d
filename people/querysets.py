from datetime import date

from django.db import models
from django.db.models import Q


class PostQuerySet(models.QuerySet):
    def ending_by(self, day: date):
        """Posts whose last day is this one or an earlier one."""
        return self.filter(ends__lte=day)

    def held_on(self, day: date):
        """Posts in force on this day (Shanghai date), of people whose account is active."""
        return self.filter(
            Q(starts=None) | Q(starts__lte=day),
            Q(ends=None) | Q(ends__gte=day),
            user__is_active=True,
        )
