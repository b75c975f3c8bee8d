"""What makes a long page quick shows what Django's own slower ways show."""

from datetime import UTC, datetime

from django import forms
from django.template import engines
from django.test import SimpleTestCase

from tickets.forms.choices import LongSelect

CHOICES = [("", "All"), ("a&b", "Dust & <noise>"), ("7", "Seven")]


def test_a_long_select_is_the_same_as_djangos():
    for value in ("", "a&b", "7", None, "unknown"):
        about = {"id": "id_type", "aria-invalid": "true"}
        quick = LongSelect(attrs={"class": "x"}, choices=CHOICES).render("type", value, about)
        slow = forms.Select(attrs={"class": "x"}, choices=CHOICES).render("type", value, about)
        SimpleTestCase().assertHTMLEqual(quick, slow)


def test_times_are_written_as_the_date_filter_writes_them():
    page = engines["django"].from_string(
        "{% load moments %}{{ at|iso }} {{ at|to_the_minute }} {{ at|of_this_year }}|"
        '{{ at|date:"c" }} {{ at|date:"Y-m-d H:i" }} {{ at|date:"m-d H:i" }}'
    )
    for at in (datetime(2026, 1, 2, 16, 5, 7, tzinfo=UTC), datetime(2026, 7, 9, 3, 0, 0, 5, UTC)):
        ours, djangos = page.render({"at": at}).split("|")
        assert ours == djangos
