import uuid

from django.db import connection, models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from grids.querysets import AreaQuerySet

# Length of the code at each level, from the district down to the grid (NBS codes; a grid adds
# three digits to its village's code, GB/T 47678.3).
CODE_LENGTHS = (6, 9, 12, 15)


def lineage(code: str) -> list[str]:
    """Return the codes from the district down to this area, itself included."""
    return [code[:n] for n in CODE_LENGTHS if n <= len(code)]


class Area(models.Model):
    """One node of the district's tree: district, town, village, grid. Its code is its place."""

    class Level(models.TextChoices):
        DISTRICT = "district", _("District")
        TOWN = "town", _("Town")
        VILLAGE = "village", _("Village")
        GRID = "grid", _("Grid")

    class Kind(models.TextChoices):
        DISTRICT = "district", _("District")
        SUBDISTRICT = "subdistrict", _("Subdistrict")
        TOWN = "town", pgettext_lazy("kind of area", "Town")
        COMMUNITY = "community", _("Community")
        VILLAGE = "village", pgettext_lazy("kind of area", "Village")
        GRID = "grid", _("Basic grid")
        SPECIAL_GRID = "special_grid", _("Special grid")

    code = models.CharField(_("code"), max_length=15, unique=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=60)
    full_name = models.CharField(_("full name"), max_length=80, blank=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    # GeoJSON Polygon or MultiPolygon, WGS 84, [lng, lat]. Written by grids.boundaries only.
    boundary = models.JSONField(_("boundary"), null=True, blank=True)
    approximate = models.BooleanField(
        _("approximate boundary"), default=False, help_text=_("drawn by rule, not surveyed")
    )
    # A point inside the area, WGS 84: where its dots stand when the exact place is not shown.
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lng = models.FloatField(_("longitude"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), default=0)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [
            models.CheckConstraint(
                name="area_code_fits_its_level",
                condition=models.Q(level="district", code__regex=r"^[0-9]{6}$")
                | models.Q(level="town", code__regex=r"^[0-9]{9}$")
                | models.Q(level="village", code__regex=r"^[0-9]{12}$")
                | models.Q(level="grid", code__regex=r"^[0-9]{15}$"),
                violation_error_message=_(
                    "The code's length must fit the level: 6, 9, 12 or 15 digits."
                ),
            ),
        ]
        indexes = [models.Index(fields=["level", "code"], name="area_by_level")]

    def __str__(self):
        return f"{self.shown_name} ({self.code})"

    @property
    def parent_code(self) -> str:
        """The code of the area above, "" for the district."""
        above = lineage(self.code)[:-1]
        return above[-1] if above else ""

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return (get_language() or "").startswith("en") and self.name_en or self.name


class BoundaryVersion(models.Model):
    """One row: the number that grows whenever a boundary changes, so caches know."""

    number = models.PositiveIntegerField(default=0)
    # The number alone is not enough: a restored backup may count to the same number again.
    stamp = models.UUIDField(default=uuid.uuid4)

    def __str__(self):
        return str(self.number)


class HandbookVersion(models.Model):
    """One row: it changes with everything that reports are judged by, so grids.handbook knows.

    The database writes it, whoever changes those tables (handbook_sql.py).
    """

    # The stamp as it is now, in SQL; empty where none was ever set. Not through a queryset: every
    # report asks, and building that costs more than asking.
    NOW = "COALESCE((SELECT stamp FROM grids_handbookversion WHERE id = 1), '')"

    stamp = models.CharField(max_length=32)

    def __str__(self):
        return self.stamp

    @classmethod
    def stamp_now(cls) -> str:
        """Return the stamp; empty where none was ever set."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {cls.NOW}")
            return cursor.fetchone()[0]
