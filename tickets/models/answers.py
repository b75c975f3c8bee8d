"""What is asked about a ticket, how it is rated, what it is shown with."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Unit
from tickets.models.history import TicketEvent
from tickets.models.ticket import Ticket
from tickets.requests_table import RequestKind


class Request(models.Model):
    """Something asked about a ticket, to be decided by a time (requests_table.py)."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a decision")
        GRANTED = "granted", _("Granted")
        DENIED = "denied", _("Denied")
        LAPSED = "lapsed", _("Decided by lapse of time")
        VOID = "void", _("No longer needed")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="requests")
    kind = models.CharField(_("kind"), max_length=10, choices=RequestKind)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(_("reason code"), max_length=8, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked"))
    asked_in = models.OneToOneField(TicketEvent, models.PROTECT, related_name="request")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("asking unit")
    )
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    decide_by = models.DateTimeField(_("to be decided by"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "kind"], condition=Q(state="open"), name="request_one_open"
            ),
        ]

    def __str__(self):
        return f"{self.ticket_id} {self.kind} {self.state}"


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> "QuestionQuerySet":
        """Those that wait for the reporter's answer."""
        return self.filter(answered_at=None, void_at=None)


class Question(models.Model):
    """Something the reporter is asked in words; answered once, or void when the work is over."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="questions")
    asked_in = models.OneToOneField(TicketEvent, models.PROTECT, related_name="question")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    answered_in = models.OneToOneField(
        TicketEvent, models.PROTECT, null=True, blank=True, related_name="answered_question"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    void_at = models.DateTimeField(_("void"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(answered_at=None, void_at=None),
                name="question_one_open",
            ),
            models.CheckConstraint(
                name="question_answered_in_an_event",
                condition=Q(answered_at=None, answered_in=None)
                | Q(answered_at__isnull=False, answered_in__isnull=False),
            ),
        ]

    def __str__(self):
        return f"question to the reporter of {self.ticket_id}"


class Rating(models.Model):
    """What the reporter thought of it: five levels, and whether it is solved (domain 2.4)."""

    class Stars(models.IntegerChoices):
        VERY_BAD = 1, _("Very dissatisfied")
        BAD = 2, _("Dissatisfied")
        FAIR = 3, _("Fairly satisfied")
        GOOD = 4, _("Satisfied")
        VERY_GOOD = 5, _("Very satisfied")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="ratings")
    # 1 after each answer: a reopened ticket is rated again (追评).
    round = models.PositiveSmallIntegerField(default=1)
    stars = models.PositiveSmallIntegerField(_("rating"), choices=Stars)
    solved = models.BooleanField(_("solved"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "round"], name="rating_once_a_round"),
            models.CheckConstraint(
                name="rating_of_five_levels", condition=Q(stars__gte=1, stars__lte=5)
            ),
        ]

    def __str__(self):
        return f"{self.ticket_id}: {self.stars}"


class Photo(models.Model):
    """A picture of the matter. The upload waits, is re-encoded in a task, and only then shown."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Being prepared")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Cannot be used")

    class Purpose(models.TextChoices):
        REPORT = "report", _("Report")
        EVIDENCE = "evidence", _("Evidence")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="photos")
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose)
    public = models.BooleanField(_("the resident may see it"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    # Hash of the bytes as they were sent: part of the report's fingerprint.
    sent_sha256 = models.CharField(max_length=64)
    # Paths below settings.MEDIA_ROOT; the upload is deleted once the photo is made.
    upload = models.CharField(max_length=120, blank=True)
    file = models.CharField(max_length=120, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    added_at = models.DateTimeField(_("added"))
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        indexes = [
            models.Index(fields=["added_at"], name="photo_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self):
        return f"{self.pk} of {self.ticket_id}"
