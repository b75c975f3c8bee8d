"""The second proof that somebody is who they say: a phone's app, and codes on paper."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.fields import EncryptedTextField


class SecondFactor(models.Model):
    """The secret that a person's app shares with the platform. It counts once confirmed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor", primary_key=True
    )
    secret = EncryptedTextField()
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    # Of the last code that was taken: no code opens twice.
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self):
        return f"second factor of {self.user_id}"


class BackupCode(models.Model):
    """A code on paper, for the day without the phone. Opens once; only its keyed hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="backup_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("backup code")
        verbose_name_plural = _("backup codes")
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="backup_code_once"),
        ]

    def __str__(self):
        return f"backup code of {self.user_id}"
