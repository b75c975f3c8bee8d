from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.fields import EncryptedTextField


class Notice(models.Model):
    """What somebody must be told. An outbox row, written with the change that it reports."""

    class Channel(models.TextChoices):
        INBOX = "inbox", _("Inbox")
        SMS = "sms", _("Text message")
        WECHAT = "wechat", _("WeChat")
        MAIL = "mail", _("Mail")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Given up")

    # One happening tells one reader once.
    happening = models.CharField(max_length=80)
    reader = models.CharField(max_length=60, help_text=_("user:id or ticket:id"))
    # notice_of_a_reader begins with it, so that it needs no index of its own.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        db_index=False,
        verbose_name=_("reader"),
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    address = EncryptedTextField(_("address"), blank=True)
    template = models.CharField(_("template"), max_length=40)
    params = models.JSONField(default=dict, blank=True, help_text=_("numbers and codes, no words"))
    link = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    posted_at = models.DateTimeField(_("posted"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(_("due"))
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["happening", "reader"], name="notice_told_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="notice_waiting", condition=Q(state="waiting")),
            models.Index(fields=["user", "-posted_at", "-id"], name="notice_of_a_reader"),
            models.Index(
                fields=["user"], name="notice_unread", condition=Q(read_at=None, channel="inbox")
            ),
            models.Index(fields=["posted_at"], name="notice_failed", condition=Q(state="failed")),
        ]

    def __str__(self):
        return f"{self.happening} → {self.reader}"
