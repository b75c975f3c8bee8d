"""What reports are about: categories, types, urgencies."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Urgency(models.TextChoices):
    P1 = "P1", _("P1 critical")
    P2 = "P2", _("P2 urgent")
    P3 = "P3", _("P3 ordinary")
    P4 = "P4", _("P4 long or complex")


class FirstLevel(models.TextChoices):
    VILLAGE = "V", _("Village or community")
    TOWN = "T", _("Town or subdistrict")
    DISTRICT = "D", _("District department")


class EventCategory(models.Model):
    """One of the pack's groups of event types."""

    code = models.CharField(_("code"), max_length=4, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    at_area_centre = models.BooleanField(
        _("dots stand at the area's centre"),
        default=False,
        help_text=_("the exact place says too much about people"),
    )

    class Meta:
        verbose_name = _("event category")
        verbose_name_plural = _("event categories")

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def shown_name(self) -> str:
        return (get_language() or "").startswith("en") and self.name_en or self.name


class EventTypeQuerySet(models.QuerySet):
    def without_limits(self):
        """Types in use that say no limit: a ticket of theirs could not be promised anything."""
        return self.filter(in_use=True).filter(Q(sign_limit="") | Q(resolve_limit=""))


class EventType(models.Model):
    """What a report is about: who handles it first, how urgent it is, how long it may take."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    category = models.ForeignKey(
        EventCategory, models.PROTECT, related_name="types", verbose_name=_("category")
    )
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    first_level = models.CharField(_("first level"), max_length=1, choices=FirstLevel)
    urgency = models.CharField(_("urgency"), max_length=2, choices=Urgency)
    # As the pack writes limits: 10min, 2U, 4H, 5W, 30N. Parsed by deadlines.Limit.
    sign_limit = models.CharField(_("signing limit"), max_length=8)
    resolve_limit = models.CharField(_("resolving limit"), max_length=8)
    restricted = models.BooleanField(
        _("restricted"),
        default=False,
        help_text=_("never on the wall, in search or in lists of others"),
    )
    lead = models.CharField(_("lead (trade)"), max_length=12)
    support = models.JSONField(_("support (trades)"), default=list, blank=True)
    words = models.TextField(
        _("words that suggest it"), blank=True, help_text=_("separated by semicolons")
    )
    standard_codes = models.CharField(_("codes in GB/T 47678.5"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    in_use = models.BooleanField(_("in use"), default=True)

    objects = EventTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("event type")
        verbose_name_plural = _("event types")

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def shown_name(self) -> str:
        return (get_language() or "").startswith("en") and self.name_en or self.name
