"""What seals are kept in: themselves append-only. people/seals/ writes and reads them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Seal(models.Model):
    """The hashes of some rows of one table, and the hash of the seal before: a chain."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("at"))
    table = models.CharField(max_length=60)
    # Which columns the rows' hashes cover: a later migration may add some.
    columns = models.JSONField()
    # The highest id of this table that is sealed so far.
    high = models.BigIntegerField()
    # Eight bytes for each id, ascending; thirty-two for each hash.
    ids = models.BinaryField()
    leaves = models.BinaryField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        indexes = [models.Index(fields=["table", "high", "number"], name="seal_by_table")]

    def __str__(self):
        return f"{self.number} {self.table} {self.at:%F %T}"


class Statement(models.Model):
    """What was signed: all seals from the first to the last, and the statement before."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("at"))
    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        verbose_name = _("signed statement")
        verbose_name_plural = _("signed statements")

    def __str__(self):
        return f"{self.number}: seals {self.first} to {self.last}"
