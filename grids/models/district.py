import uuid
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def default_sessions() -> list[list[str]]:
    """Office hours where the pack names none (domain 2.11)."""
    return [["09:00", "12:00"], ["14:00", "18:00"]]


class District(models.Model):
    """One row: what holds for the whole district, as its pack says it (district.json)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    code = models.CharField(_("code"), max_length=6, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    number_prefix = models.CharField(
        _("prefix of ticket numbers"), max_length=4, blank=True, default="T"
    )
    service_name = models.CharField(_("name of the service"), max_length=60, blank=True)
    service_name_en = models.CharField(_("English name of the service"), max_length=80, blank=True)
    centre_title = models.CharField(_("title of the wall"), max_length=60, blank=True)
    centre_title_en = models.CharField(_("English title of the wall"), max_length=120, blank=True)
    hotline = models.CharField(_("hotline"), max_length=30, blank=True)
    # [["09:00", "12:00"], …] in local time, in order, without overlap.
    work_sessions = models.JSONField(_("office hours"), default=default_sessions)
    # [{"number": "110", "name": "…", "name_en": "…", "words": ["…", …]}, …]: whoever writes one of
    # the words is told to call the number.
    emergency_numbers = models.JSONField(_("emergency numbers"), default=list, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    satisfaction_target = models.PositiveSmallIntegerField(_("satisfaction target (%)"), default=95)
    map_credits = models.CharField(_("map credits"), max_length=300, blank=True)
    map_credits_en = models.CharField(_("English map credits"), max_length=300, blank=True)
    map_review_number = models.CharField(
        _("map review number"),
        max_length=40,
        blank=True,
        help_text=_("maps shown to the public must carry the number given at their review"),
    )
    # Of the pack that was loaded last; "" if none was.
    pack_digest = models.CharField(max_length=64, blank=True, editable=False)
    # Another value whenever something here changes, so caches know.
    stamp = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("district settings")
        verbose_name_plural = _("district settings")
        constraints = [
            models.CheckConstraint(name="district_is_one_row", condition=models.Q(id=1)),
        ]

    def __str__(self):
        return str(self.shown_name or _("District settings"))

    @classmethod
    def current(cls) -> "District":
        """Return the district's settings: those of the pack, or plain defaults before any pack.

        One read by primary key. What is costly to make from them is kept by `stamp`.
        """
        return cls.objects.filter(pk=1).first() or cls()

    @property
    def shown_name(self) -> str:
        """The district's name in the reader's language."""
        return self._shown(self.name, self.name_en)

    @property
    def shown_service_name(self) -> str:
        """What residents know the service as, in the reader's language."""
        return self._shown(self.service_name, self.service_name_en) or self.shown_name

    @property
    def shown_centre_title(self) -> str:
        """The title over the wall, in the reader's language."""
        return self._shown(self.centre_title, self.centre_title_en) or self.shown_name

    @property
    def shown_map_credits(self) -> str:
        """Whom the map's outlines come from, in the reader's language."""
        return self._shown(self.map_credits, self.map_credits_en)

    @property
    def shown_emergency_numbers(self) -> list[dict[str, Any]]:
        """[{"number", "name", "words"}, …] with the name in the reader's language."""
        return [
            {
                "number": e["number"],
                "name": self._shown(e["name"], e.get("name_en", "")),
                "words": e.get("words", []),
            }
            for e in self.emergency_numbers
        ]

    @staticmethod
    def _shown(text: str, text_en: str) -> str:
        return (get_language() or "").startswith("en") and text_en or text
