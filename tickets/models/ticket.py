"""A report and where it stands, with what retention may erase kept apart."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Area, Unit
from people.fields import EncryptedTextField
from tickets.models.types import EventType, Urgency
from tickets.querysets import NEAREST, TicketQuerySet
from tickets.states import ENDED, State

_OPEN = ~Q(state__in=sorted(ENDED))


class Ticket(models.Model):
    """Something that was reported, and where it stands now."""

    class Channel(models.TextChoices):
        WEB = "web", _("Web page")
        API = "api", _("API")
        STAFF = "staff", _("Reported by staff for a resident")
        GRID = "grid", _("Found by a grid worker")
        REPLAY = "replay", _("Replayed")

    class Supervision(models.TextChoices):
        NONE = "", _("None")
        GENERAL = "general", _("General")
        KEY = "key", _("Key")
        LISTED = "listed", _("Listed")

    # Made by the phone when the form opened: a form sent twice is one ticket.
    # Without an index of its own: the code is made from it, and unique.
    key = models.UUIDField(editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    # Known only after the insert, because it ends with the id; then never empty again.
    number = models.CharField(_("number"), max_length=24, null=True)  # noqa: DJ001
    code = models.CharField(_("code"), max_length=10)

    state = models.CharField(_("state"), max_length=10, choices=State)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("entered by"),
        help_text=_("staff who reported it for a resident"),
    )

    # Where. `area_code` is the grid's code, or the village's: the door and the wall filter on it.
    area_code = models.CharField(_("area code"), max_length=15)
    village = models.ForeignKey(
        Area, models.PROTECT, related_name="+", verbose_name=_("village"), db_index=False
    )
    grid = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("grid"),
        db_index=False,
    )
    lat = models.FloatField(_("latitude"))
    lng = models.FloatField(_("longitude"))
    exact = models.BooleanField(
        _("exact place"), default=True, help_text=_("no: the reporter named only the area")
    )

    # What. Copied from the type when it was set: later changes touch new tickets only.
    event_type = models.ForeignKey(
        EventType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        db_index=False,
        verbose_name=_("event type"),
    )
    urgency = models.CharField(_("urgency"), max_length=2, choices=Urgency, default="P3")
    restricted = models.BooleanField(_("restricted"), default=False)
    # Held for a glance: reports came faster than a person can report.
    held = models.BooleanField(_("held for a glance"), default=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False)

    # Who. The centre decides; the handler works.
    centre = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="deciding",
        verbose_name=_("deciding centre"),
        db_index=False,
    )
    handler = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handling",
        verbose_name=_("handling unit"),
        db_index=False,
    )
    helpers = models.ManyToManyField(
        Unit, through="Helper", related_name="helping", verbose_name=_("supporting units")
    )
    # {"rule": "...", "params": {...}}: said in the reader's language by routing.sentence().
    reason = models.JSONField(_("reason of the route"), default=dict)
    # Without an index: the history of the other one names its merged ones (merged_with).
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("merged into"),
    )

    # When. `clocks` keeps the arithmetic of each limit; the columns are what queries need.
    clocks = models.JSONField(default=dict)
    reported_at = models.DateTimeField(_("reported"))
    accept_by = models.DateTimeField(_("to be accepted by"), null=True, blank=True)
    sign_by = models.DateTimeField(_("to be signed for by"), null=True, blank=True)
    resolve_by = models.DateTimeField(_("to be resolved by"), null=True, blank=True)
    provisional = models.BooleanField(_("provisional deadline"), default=False)
    yellow_at = models.DateTimeField(null=True, blank=True)
    orange_at = models.DateTimeField(null=True, blank=True)
    red_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("dispatched"), null=True, blank=True)
    signed_at = models.DateTimeField(_("signed for"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    supervision = models.CharField(
        _("supervision"), max_length=8, choices=Supervision, default="", blank=True
    )
    supervise_by = models.DateTimeField(_("supervision answered by"), null=True, blank=True)
    climbs = models.PositiveSmallIntegerField(_("times climbed"), default=0)
    returns = models.PositiveSmallIntegerField(_("times returned"), default=0)
    extensions = models.PositiveSmallIntegerField(_("extensions"), default=0)
    reworks = models.PositiveSmallIntegerField(_("times sent back"), default=0)
    reopenings = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    # Grows by one with every event: a screen never paints an older dot over a newer one.
    version = models.PositiveIntegerField(default=0)

    objects = TicketQuerySet.as_manager()
    # Not a column: how the dot was when the row was locked, for the line of history to come.
    dot_was: list | None = None
    # Not a column: while it is taken in, what gathers its rows (lifecycle.newborn).
    newborn: Any = None

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            # As constraints: unique=True would make a second index each, for LIKE.
            models.UniqueConstraint(fields=["number"], name="ticket_number_once"),
            models.UniqueConstraint(fields=["code"], name="ticket_code_once"),
            models.CheckConstraint(
                name="ticket_state_is_known", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="ticket_due_after_report",
                condition=Q(resolve_by=None) | Q(resolve_by__gt=models.F("reported_at")),
            ),
            models.CheckConstraint(
                name="ticket_merged_names_the_other",
                condition=Q(state="merged", merged_into__isnull=False)
                | ~Q(state="merged") & Q(merged_into=None),
            ),
            models.CheckConstraint(
                name="ticket_at_work_in_a_unit_has_a_handler",
                condition=~Q(state__in=["dispatched", "signed", "handling", "resolved"])
                | Q(handler__isnull=False),
            ),
            models.CheckConstraint(
                name="ticket_on_the_globe",
                condition=Q(lat__gte=-90, lat__lte=90, lng__gte=-180, lng__lte=180),
            ),
        ]
        # Five over all tickets beside the numbers', and what changes with the state only in small
        # ones over the open ones: every further one makes each move dearer. What each is for and
        # why these: docs/decisions/0018-what-the-lists-stand-on.md.
        indexes = [
            models.Index(
                fields=["-reported_at", "-id"],
                name="ticket_newest",
                # What a list is narrowed by: on the way down only the index is read.
                include=["area_code", "event_type", "state", "urgency", "restricted"],
            ),
            models.Index(
                fields=["area_code", "-reported_at"],
                name="ticket_in_area",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
            models.Index(fields=["event_type", "-reported_at", "-id"], name="ticket_of_type"),
            models.Index(fields=["handler", "-reported_at", "-id"], name="ticket_of_handler"),
            models.Index(NEAREST, "id", name="ticket_open_nearest", condition=_OPEN),
            models.Index(
                "centre", "state", NEAREST, "id", name="ticket_open_of_centre", condition=_OPEN
            ),
            models.Index("handler", NEAREST, "id", name="ticket_open_of_handler", condition=_OPEN),
            models.Index(
                fields=["area_code", "state", "id"],
                name="ticket_open_in_area",
                opclasses=["varchar_pattern_ops", "varchar_ops", "int8_ops"],
                condition=_OPEN,
            ),
            models.Index(
                fields=["state", "-reported_at", "-id"],
                name="ticket_ended_otherwise",
                condition=Q(state__in=["merged", "refused", "withdrawn"]),
            ),
            models.Index(
                fields=["centre", "-reported_at", "-id"],
                name="ticket_restricted",
                condition=Q(restricted=True),
            ),
        ]

    def __str__(self):
        return self.number or f"#{self.pk}"


class TicketText(models.Model):
    """The reporter's words, apart from the ticket so that retention can erase them."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="text", primary_key=True)
    title = models.CharField(_("title"), max_length=60)
    words = models.TextField(_("words"))

    def __str__(self):
        return self.title


class Contact(models.Model):
    """How to reach the reporter, if they wished. Encrypted, masked, revealed with a reason."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="contact", primary_key=True)
    name = EncryptedTextField(_("name"), blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="zh-hans")

    def __str__(self):
        return f"contact of {self.ticket_id}"


class Follower(models.Model):
    """Somebody else who has the same matter: counted once, and follows how far it is."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="followers")
    # A hash of the device's random number and of the ticket: of two tickets it shows no link.
    mark = models.CharField(max_length=64)
    followed_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "mark"], name="follower_once"),
        ]

    def __str__(self):
        return f"follows {self.ticket_id}"


class Helper(models.Model):
    """A unit that helps the lead unit with a ticket."""

    ticket = models.ForeignKey(Ticket, models.CASCADE)
    unit = models.ForeignKey(Unit, models.PROTECT)
    # As the ticket's state is: of all that a department ever helped with, little is open.
    ended = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "unit"], name="helper_once"),
        ]
        indexes = [
            models.Index(
                fields=["unit", "ticket"], condition=Q(ended=False), name="helper_at_work"
            ),
        ]

    def __str__(self):
        return f"{self.unit_id} helps {self.ticket_id}"
