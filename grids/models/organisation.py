from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from grids.models.areas import Area
from grids.querysets import CentreManager, DepartmentManager, InForceQuerySet, UnitQuerySet


class Unit(models.Model):
    """Whoever can be given a ticket: a command centre of the three tiers, or a department.

    One table, because a ticket's handler may be either. `trade` is the code that the event
    types name ("CGJ", "ZJ", "ZF"); `code` is this very unit: "CGJ" for a district department,
    "ZF-500151001" for a town's own, "ZJ-500151001" for a town's centre.
    """

    class Kind(models.TextChoices):
        CENTRE = "centre", _("Command centre")
        DEPARTMENT = "department", _("Department")
        TOWN_UNIT = "town_unit", _("Unit of a town")
        VILLAGE_UNIT = "village_unit", _("Unit of a village")
        ORGANISATION = "organisation", _("Organisation")
        UTILITY = "utility", _("Utility")
        CHANNEL = "channel", _("Outside channel")
        OTHER = "other", _("Other")

    class Tier(models.TextChoices):
        DISTRICT = "district", _("District")
        TOWN = "town", _("Town")
        VILLAGE = "village", _("Village")

    code = models.CharField(_("code"), max_length=30, unique=True)
    trade = models.CharField(_("trade"), max_length=12)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier, blank=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    aliases = models.CharField(
        _("aliases"), max_length=200, blank=True, help_text=_("separated by semicolons")
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="units", verbose_name=_("area"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(
                name="unit_a_centre_has_a_tier",
                condition=Q(kind="centre") & ~Q(tier="") | ~Q(kind="centre") & Q(tier=""),
                violation_error_message=_("A command centre has a tier, a department has none."),
            ),
            models.UniqueConstraint(
                fields=["area"],
                condition=~Q(tier="") & Q(valid_to=None),
                name="unit_one_centre_for_an_area",
            ),
            models.UniqueConstraint(
                fields=["trade", "area"],
                condition=Q(valid_to=None),
                name="unit_one_of_a_trade_for_an_area",
            ),
        ]

    def __str__(self):
        return f"{self.shown_name} ({self.code})"

    @property
    def is_centre(self) -> bool:
        return bool(self.tier)

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return (get_language() or "").startswith("en") and self.name_en or self.name


class CommandCentre(Unit):
    """One of the three tiers of command centres (F03)."""

    objects: ClassVar[CentreManager] = CentreManager()

    class Meta:
        proxy = True
        verbose_name = _("command centre")
        verbose_name_plural = _("command centres")


class Department(Unit):
    """A department, a utility, a unit of a town or village: a handler that is no centre."""

    objects: ClassVar[DepartmentManager] = DepartmentManager()

    class Meta:
        proxy = True
        verbose_name = _("department")
        verbose_name_plural = _("departments")


class PartyOrg(models.Model):
    """One node of the five-tier Party organisation (F20-F22), bound to the land."""

    class Tier(models.IntegerChoices):
        DISTRICT = 1, _("District committee")
        TOWN = 2, _("Town committee")
        VILLAGE = 3, _("Community or village organisation")
        GRID = 4, _("Grid branch")
        GROUP = 5, _("Party group")

    code = models.CharField(_("code"), max_length=24, unique=True)
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("above"),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="party_orgs", verbose_name=_("area")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = InForceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Party organisation")
        verbose_name_plural = _("Party organisations")
        constraints = [
            models.CheckConstraint(
                name="party_org_top_has_no_parent",
                condition=Q(tier=1, parent=None) | Q(tier__gt=1, parent__isnull=False),
                violation_error_message=_("All but the district committee stand under another."),
            ),
            models.UniqueConstraint(
                fields=["area"],
                condition=Q(tier__lt=5, valid_to=None),
                name="party_org_one_for_an_area",
            ),
        ]

    def __str__(self):
        return f"{self.shown_name} ({self.code})"

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return (get_language() or "").startswith("en") and self.name_en or self.name
