"""Fields of the administration that stand whatever is sent: Django's own break over some of it."""

from typing import Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest

_LONGEST = 18  # digits of a key that every database can hold


class Json(forms.JSONField):
    """Refuses thousands of brackets in each other as it refuses what is no JSON at all."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except RecursionError as fault:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            ) from fault

    def bound_data(self, data, initial):
        try:
            return super().bound_data(data, initial)
        except RecursionError:
            return InvalidJSONInput(data)


class Search(AutocompleteSelect):
    """The field that searches while one types; what it was sent may be no key."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [text for text in value if _may_be_a_key(text)], attr)


def _may_be_a_key(text: Any) -> bool:
    given = str(text)
    # Nothing chosen is "": Django asks for it to show the empty choice.
    return not given or (given.isascii() and given.isdigit() and len(given) <= _LONGEST)


class StandsAnything(BaseModelAdmin):
    """A ModelAdmin or inline whose fields of JSON, and those that search, are these."""

    formfield_overrides = {models.JSONField: {"form_class": Json}}

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Search(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
