"""What happened to a ticket, and what will happen to it by itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket
from tickets.states import Move, State


class TicketEvent(models.Model):
    """One line of a ticket's history. Added, never changed: the database refuses the rest."""

    class Kind(models.TextChoices):
        REPORTED = "reported", _("Reported")
        ROUTED = "routed", _("Routed")
        MOVED = "moved", _("Moved")
        ASKED = "asked", _("Requested")
        DECIDED = "decided", _("Decided")
        REMINDED = "reminded", _("Reminded")
        RECLOCKED = "reclocked", _("Deadline recomputed")
        RESUMED = "resumed", _("Resumed")
        PHOTO = "photo", _("Photo added")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    move = models.CharField(_("move"), max_length=10, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("nobody: the platform or the reporter"),
    )
    hat = models.CharField(_("as"), max_length=10, blank=True)
    # When it happened in the district; for a step made up later, when it was truly due.
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    before = models.CharField(_("from"), max_length=10, blank=True)
    after = models.CharField(_("to"), max_length=10, blank=True)
    # Codes, ids, numbers and times: never words.
    data = models.JSONField(default=dict, blank=True)
    public = models.BooleanField(_("the resident may see it"), default=False)
    # How the ticket's dot was until then, as tickets.dots.marks_of() has it: for the wall's film.
    dot_was = models.JSONField(null=True)

    class Meta:
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")
        indexes = [
            models.Index(fields=["recorded_at"], name="event_by_recording"),
            models.Index(fields=["at"], name="event_by_time"),
            # Of a month's half a million lines the wall wants the answers and the ends.
            models.Index(
                fields=["at", "ticket"], condition=Q(move=Move.FEED_BACK), name="event_answers"
            ),
            models.Index(
                fields=["at", "ticket"], condition=Q(after=State.CLOSED), name="event_ends"
            ),
        ]

    def __str__(self):
        return f"{self.ticket_id} {self.kind} {self.move} {self.at:%F %R}"


class EventWords(models.Model):
    """What somebody wrote with an event, apart so that it can be erased without a broken seal."""

    event = models.OneToOneField(
        TicketEvent, models.CASCADE, related_name="words", primary_key=True
    )
    words = models.TextField(_("words"))
    public = models.BooleanField(_("the resident may see it"), default=False)

    def __str__(self):
        return f"words of {self.event_id}"


class DueStep(models.Model):
    """Something that happens to a ticket by itself at a time: a reminder, a climb, an ending."""

    class Kind(models.TextChoices):
        REMIND_70 = "remind70", _("Reminder at 70 %")
        REMIND_90 = "remind90", _("Reminder at 90 %")
        REMIND_100 = "remind100", _("Reminder at 100 %")
        CLIMB = "climb", _("Climb")
        LAPSE = "lapse", _("Request lapses")
        RESUME = "resume", _("Resume")
        ARCHIVE = "archive", _("Archive unrated")

    # step_made_once begins with it: an index of its own would be written and never read.
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="steps", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # accept, sign, resolve; or the id of a request. With `round` it names the step uniquely.
    clock = models.CharField(_("clock"), max_length=16)
    round = models.PositiveSmallIntegerField(_("round"), default=0)
    due_at = models.DateTimeField(_("due"))
    # After a failure: not before this.
    retry_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    void_at = models.DateTimeField(_("void"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("due step")
        verbose_name_plural = _("due steps")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "clock", "kind", "round"], name="step_made_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="step_waiting",
                condition=Q(done_at=None, void_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.ticket_id} {self.kind} {self.clock}"


class Undoable(models.Model):
    """How a ticket stood before the move that somebody may still take back. Lives some seconds."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="+", primary_key=True)
    event = models.ForeignKey(TicketEvent, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    # The ticket's version after the move: a higher one means that somebody has acted since.
    version = models.PositiveIntegerField()
    # Columns, ids of waiting steps and open requests, helping units: codes, ids and times only.
    before = models.JSONField()

    def __str__(self):
        return f"{self.ticket_id} before {self.event_id}"
