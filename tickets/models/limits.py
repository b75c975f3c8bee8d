"""The district's limits that hang on no event type."""

from django.db import models
from django.utils.translation import gettext_lazy as _


def _by_urgency(p1: str, p2: str, p3: str, p4: str) -> dict[str, str]:
    return {"P1": p1, "P2": p2, "P3": p3, "P4": p4}


def default_accept() -> dict[str, str]:
    """How long a centre may take to accept a report (domain 2.5)."""
    return _by_urgency("10min", "30min", "2H", "2H")


def default_decide() -> dict[str, str]:
    """How long a centre to which a ticket climbed may take to act (house plan 8)."""
    return _by_urgency("10min", "30min", "4H", "1W")


def default_requests() -> dict[str, dict[str, str | int]]:
    """How long a decision may take, and how often a ticket may have one granted (domain 2.5)."""
    return {
        "return": {"decide": "4H", "at_most": 2},
        "extension": {"decide": "1W", "at_most": 2},
        "suspension": {"decide": "1W", "at_most": 1},
        "reopening": {"decide": "1W", "at_most": 2},
    }


def default_score() -> dict[str, int]:
    """How much each rate weighs in the composite score, of 100 (domain 2.4)."""
    return {"response": 20, "on_time": 0, "solved": 40, "satisfaction": 40, "finished": 0}


class Limits(models.Model):
    """One row: the district's limits that hang on no event type. Limits as the pack writes them."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    accept = models.JSONField(_("to accept, by urgency"), default=default_accept)
    decide = models.JSONField(_("to act after a climb, by urgency"), default=default_decide)
    resolve_unclear = models.CharField(
        _("to resolve while the type is unclear"), max_length=8, default="5W"
    )
    rating = models.CharField(_("to rate"), max_length=8, default="7N")
    return_within = models.CharField(_("to return at the latest"), max_length=8, default="1W")
    requests = models.JSONField(_("requests"), default=default_requests)
    score = models.JSONField(_("weights in the composite score"), default=default_score)
    keep_words_years = models.PositiveSmallIntegerField(
        _("years for which names and words are kept"), default=5
    )
    keep_photos_years = models.PositiveSmallIntegerField(
        _("years for which photos are kept"), default=3
    )
    suspension_days = models.PositiveSmallIntegerField(_("longest suspension (days)"), default=366)

    class Meta:
        verbose_name = _("limits")
        verbose_name_plural = _("limits")
        constraints = [
            models.CheckConstraint(name="limits_are_one_row", condition=models.Q(id=1)),
        ]

    def __str__(self):
        return str(_("Limits"))

    @classmethod
    def current(cls) -> "Limits":
        """Return the district's limits: the pack's, or the plain ones before any pack."""
        return cls.objects.filter(pk=1).first() or cls()
