"""The tables of tickets. Only tickets.lifecycle writes the ones that a report makes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from grids.models import Area, Unit
from people.fields import EncryptedTextField
from tickets.querysets import TicketQuerySet
from tickets.requests_table import RequestKind
from tickets.states import AT_WORK, ENDED, State


class Urgency(models.TextChoices):
    P1 = "P1", _("P1 critical")
    P2 = "P2", _("P2 urgent")
    P3 = "P3", _("P3 ordinary")
    P4 = "P4", _("P4 long or complex")


class FirstLevel(models.TextChoices):
    VILLAGE = "V", _("Village or community")
    TOWN = "T", _("Town or subdistrict")
    DISTRICT = "D", _("District department")


class EventCategory(models.Model):
    """One of the pack's groups of event types."""

    code = models.CharField(_("code"), max_length=4, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    at_area_centre = models.BooleanField(
        _("dots stand at the area's centre"),
        default=False,
        help_text=_("the exact place says too much about people"),
    )

    class Meta:
        verbose_name = _("event category")
        verbose_name_plural = _("event categories")

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def shown_name(self) -> str:
        return (get_language() or "").startswith("en") and self.name_en or self.name


class EventType(models.Model):
    """What a report is about: who handles it first, how urgent it is, how long it may take."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    category = models.ForeignKey(
        EventCategory, models.PROTECT, related_name="types", verbose_name=_("category")
    )
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    first_level = models.CharField(_("first level"), max_length=1, choices=FirstLevel)
    urgency = models.CharField(_("urgency"), max_length=2, choices=Urgency)
    # As the pack writes limits: 10min, 2U, 4H, 5W, 30N. Parsed by deadlines.Limit.
    sign_limit = models.CharField(_("signing limit"), max_length=8)
    resolve_limit = models.CharField(_("resolving limit"), max_length=8)
    restricted = models.BooleanField(
        _("restricted"),
        default=False,
        help_text=_("never on the wall, in search or in lists of others"),
    )
    lead = models.CharField(_("lead (trade)"), max_length=12)
    support = models.JSONField(_("support (trades)"), default=list, blank=True)
    words = models.TextField(
        _("words that suggest it"), blank=True, help_text=_("separated by semicolons")
    )
    standard_codes = models.CharField(_("codes in GB/T 47678.5"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("event type")
        verbose_name_plural = _("event types")

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def shown_name(self) -> str:
        return (get_language() or "").startswith("en") and self.name_en or self.name


def _by_urgency(p1: str, p2: str, p3: str, p4: str) -> dict[str, str]:
    return {"P1": p1, "P2": p2, "P3": p3, "P4": p4}


def default_accept() -> dict[str, str]:
    """How long a centre may take to accept a report (domain 2.5)."""
    return _by_urgency("10min", "30min", "2H", "2H")


def default_decide() -> dict[str, str]:
    """How long a centre to which a ticket climbed may take to act (house plan 8)."""
    return _by_urgency("10min", "30min", "4H", "1W")


def default_requests() -> dict[str, dict[str, str | int]]:
    """How long a decision may take, and how often a ticket may have one granted (domain 2.5)."""
    return {
        "return": {"decide": "4H", "at_most": 2},
        "extension": {"decide": "1W", "at_most": 2},
        "suspension": {"decide": "1W", "at_most": 1},
        "reopening": {"decide": "1W", "at_most": 2},
    }


class Limits(models.Model):
    """One row: the district's limits that hang on no event type. Limits as the pack writes them."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    accept = models.JSONField(_("to accept, by urgency"), default=default_accept)
    decide = models.JSONField(_("to act after a climb, by urgency"), default=default_decide)
    resolve_unclear = models.CharField(
        _("to resolve while the type is unclear"), max_length=8, default="5W"
    )
    rating = models.CharField(_("to rate"), max_length=8, default="7N")
    return_within = models.CharField(_("to return at the latest"), max_length=8, default="1W")
    requests = models.JSONField(_("requests"), default=default_requests)
    suspension_days = models.PositiveSmallIntegerField(_("longest suspension (days)"), default=366)

    class Meta:
        verbose_name = _("limits")
        verbose_name_plural = _("limits")
        constraints = [
            models.CheckConstraint(name="limits_are_one_row", condition=models.Q(id=1)),
        ]

    def __str__(self):
        return str(_("Limits"))

    @classmethod
    def current(cls) -> "Limits":
        """Return the district's limits: the pack's, or the plain ones before any pack."""
        return cls.objects.filter(pk=1).first() or cls()


class CalendarYear(models.Model):
    """Whether this year's holidays are announced; until then deadlines in it are provisional."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    announced = models.BooleanField(_("announced"), default=False)
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")

    def __str__(self):
        return str(self.year)


class CalendarDay(models.Model):
    """A day unlike its weekday: a holiday, or a weekend day worked instead (domain 2.11)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday")
        MAKEUP = "makeup", _("Make-up working day")

    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=40, blank=True)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")

    def __str__(self):
        return f"{self.date:%F} {self.get_kind_display()}"


class CalendarVersion(models.Model):
    """One row: a value that the database itself changes with any calendar day or year.

    Caches ask for it (tickets.calendar). Before the first day or year there is no row.
    """

    stamp = models.CharField(max_length=32)

    def __str__(self):
        return self.stamp


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
    key = models.UUIDField(unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True, null=True)
    code = models.CharField(_("code"), max_length=10, unique=True)

    state = models.CharField(_("state"), max_length=10, choices=State)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
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
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
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

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
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
        indexes = [
            models.Index(fields=["-reported_at", "-id"], name="ticket_newest"),
            models.Index(
                fields=["area_code", "-reported_at"],
                name="ticket_in_area",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
            models.Index(
                fields=["centre", "resolve_by"],
                name="ticket_open_of_centre",
                condition=~Q(state__in=sorted(ENDED)),
            ),
            models.Index(
                fields=["handler", "resolve_by"],
                name="ticket_open_of_handler",
                condition=~Q(state__in=sorted(ENDED)),
            ),
            models.Index(
                fields=["resolve_by"],
                name="ticket_provisional",
                condition=Q(provisional=True, state__in=sorted(AT_WORK)),
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


class Helper(models.Model):
    """A unit that helps the lead unit with a ticket."""

    ticket = models.ForeignKey(Ticket, models.CASCADE)
    unit = models.ForeignKey(Unit, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "unit"], name="helper_once"),
        ]

    def __str__(self):
        return f"{self.unit_id} helps {self.ticket_id}"


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

    class Meta:
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")
        indexes = [
            models.Index(fields=["recorded_at"], name="event_by_recording"),
            models.Index(fields=["at"], name="event_by_time"),
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

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="steps")
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
