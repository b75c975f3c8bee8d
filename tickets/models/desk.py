"""What the desks keep: views, canned sentences, who has a ticket open, dispatches of many."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Unit
from tickets.models.ticket import Ticket


class SavedView(models.Model):
    """A list with its filters under a name: somebody's own, or shared with one unit.

    It holds what was asked for, never what was found: whoever opens it looks through their own
    door.
    """

    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner")
    )
    unit = models.ForeignKey(
        Unit,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("shared with"),
        help_text=_("the unit whose people see it; nobody's: it is personal"),
    )
    # As in the list's address: "queue" and the names of narrowing.Filters.
    asked = models.JSONField(_("filters"), default=dict, blank=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="view_named_once"),
        ]

    def __str__(self):
        return self.name


class Phrase(models.Model):
    """A sentence that a unit's people write often, put in with a few keys. It names nobody."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", verbose_name=_("unit"))
    name = models.CharField(_("short name"), max_length=20)
    words = models.CharField(_("words"), max_length=500)

    class Meta:
        verbose_name = _("canned sentence")
        verbose_name_plural = _("canned sentences")
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="phrase_named_once"),
        ]

    def __str__(self):
        return self.name


class Presence(models.Model):
    """Somebody has the ticket open now. Lives some seconds; no history of it is kept anywhere."""

    class Doing(models.TextChoices):
        READING = "reading", _("has it open")
        EDITING = "editing", _("is writing")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    doing = models.CharField(max_length=7, choices=Doing)
    beat_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "user"], name="presence_once"),
        ]

    def __str__(self):
        return f"{self.user_id} at {self.ticket_id}"


class BulkDispatch(models.Model):
    """Many tickets dispatched with one press: the answer is kept, so a press that is sent again
    gets the same one."""

    key = models.UUIDField(primary_key=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64)
    # Each ticket's id, and the sentence with which it was refused ("": done). Null: under way.
    results = models.JSONField(null=True)

    def __str__(self):
        return str(self.key)
