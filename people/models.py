from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.factor_models import BackupCode as BackupCode
from people.factor_models import SecondFactor as SecondFactor
from people.fields import EncryptedTextField
from people.querysets import PostQuerySet
from people.roles import Role
from people.seal_models import Seal as Seal
from people.seal_models import Statement as Statement


class User(AbstractUser):
    """A member of staff. Residents have no account: a report's code and PIN are their key."""

    full_name = models.CharField(
        pgettext_lazy("of a person", "full name"), max_length=80, blank=True
    )
    phone = EncryptedTextField(_("phone"), blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans"
    )
    is_demonstration = models.BooleanField(_("demonstration account"), default=False)
    # None: they are shown around when they sign in next.
    tour_seen_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self):
        return f"{self.full_name or self.username} ({self.username})"


class Post(models.Model):
    """A person holds a role over one area with all beneath it, or in one unit."""

    user = models.ForeignKey(User, models.CASCADE, related_name="posts", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=24, choices=Role)
    # Strings: people is the ground floor; scope works on the area's code.
    area = models.ForeignKey(
        "grids.Area",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("area"),
    )
    unit = models.ForeignKey(
        "grids.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("unit"),
        help_text=_("a command centre or a department"),
    )
    full_time = models.BooleanField(_("full-time"), default=True)
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("to"), null=True, blank=True, help_text=_("the last day"))

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "area"], condition=Q(unit=None), name="post_over_area_once"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit"], condition=Q(area=None), name="post_in_unit_once"
            ),
            models.CheckConstraint(
                name="post_over_an_area_or_a_unit",
                condition=Q(area=None, unit__isnull=False) | Q(area__isnull=False, unit=None),
                violation_error_message=_("Choose either an area or a unit."),
            ),
            models.CheckConstraint(
                name="post_ends_after_it_starts",
                condition=Q(ends=None) | Q(starts=None) | Q(ends__gte=models.F("starts")),
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self):
        return str(self.get_role_display())


class AuditEntry(models.Model):
    """Who did what to which thing. Added, never changed: ids, codes and times, no words."""

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="audit_entries", verbose_name=_("who")
    )
    action = models.CharField(_("action"), max_length=40)
    subject = models.CharField(_("subject"), max_length=60, help_text=_("kind:id"))
    area_code = models.CharField(_("area code"), max_length=15, blank=True)
    data = models.JSONField(_("data"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["subject", "at"], name="audit_by_subject"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self):
        return f"{self.at:%F %T} {self.action} {self.subject}"


class RevealNote(models.Model):
    """What somebody added in words when they looked at personal data. It can be erased."""

    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="note", primary_key=True)
    words = models.CharField(_("words"), max_length=200)

    class Meta:
        verbose_name = _("note on a look at personal data")
        verbose_name_plural = _("notes on looks at personal data")

    def __str__(self):
        return f"note on {self.entry_id}"


class SignedIn(models.Model):
    """One browser in which a person is signed in: shown to them, and ended through this row."""

    user = models.ForeignKey(User, models.CASCADE, related_name="signed_in", verbose_name=_("user"))
    session_key = models.CharField(max_length=40, unique=True)
    signed_in_at = models.DateTimeField(_("signed in"))
    seen_at = models.DateTimeField(_("last seen"))
    address = models.GenericIPAddressField(_("network address"), null=True)
    device = models.CharField(_("device"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self):
        return f"{self.user_id} since {self.signed_in_at:%F %T}"


class ApiToken(models.Model):
    """A key to the API. Only its hash is kept; it carries its owner's rights and no more."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("user"))
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self):
        return f"{self.user_id} until {self.expires_at:%F}"


class WallDevice(models.Model):
    """A big screen that shows one area without a person: an actor with a scope and no more.

    A link that opens once makes a browser the device; what that browser then holds is a cookie.
    Only hashes of both are kept.
    """

    name = models.CharField(_("name"), max_length=40, help_text=_("where the screen hangs"))
    area = models.ForeignKey(
        "grids.Area", models.PROTECT, related_name="wall_devices", verbose_name=_("area")
    )
    visitor = models.BooleanField(
        _("for visitors"),
        default=False,
        help_text=_("no ticket numbers, and places only as far as the village"),
    )
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="wall_devices", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"))
    # "": there is none (any more).
    link_digest = models.CharField(max_length=64, blank=True)
    link_ends_at = models.DateTimeField(_("link holds until"), null=True)
    cookie_digest = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True)
    seen_at = models.DateTimeField(_("last seen"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    # It is somebody, for the few views that are open to devices; all others ask for a user.
    is_authenticated = True
    is_anonymous = False

    class Meta:
        verbose_name = _("wall device")
        verbose_name_plural = _("wall devices")
        constraints = [
            models.UniqueConstraint(
                fields=["link_digest"], condition=~Q(link_digest=""), name="device_link_once"
            ),
            models.UniqueConstraint(
                fields=["cookie_digest"], condition=~Q(cookie_digest=""), name="device_cookie_once"
            ),
        ]

    def __str__(self):
        return self.name


class TokenBucket(models.Model):
    """How often somebody may still do something. In the database: it holds when Redis is down."""

    key = models.CharField(max_length=80, unique=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return self.key
