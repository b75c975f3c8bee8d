"""Columns that the database holds only encrypted."""

from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def box() -> MultiFernet:
    """Return the cipher: it encrypts with the first of settings.FIELD_KEYS, reads with all."""
    return _box(tuple(settings.FIELD_KEYS))


class CannotRead(Exception):
    """A stored value was encrypted with a key that is not in settings.FIELD_KEYS."""


class EncryptedTextField(models.TextField):
    """Text that is encrypted on its way into the database. Empty stays empty; not searchable."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return box().encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value, expression, connection):
        if not value:
            return value
        try:
            return box().decrypt(value.encode()).decode()
        except InvalidToken as fault:
            raise CannotRead("a personal field cannot be read: is a key missing?") from fault
