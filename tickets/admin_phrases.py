"""The canned sentences of every unit; a unit's head changes its own on a page of the desk."""

from django.contrib import admin

from people.admin_rights import SystemAdminOnly
from tickets.models import Phrase


@admin.register(Phrase)
class PhraseAdmin(SystemAdminOnly, admin.ModelAdmin):
    list_display = ("unit", "name", "words")
    list_select_related = ("unit",)
    search_fields = ("name", "words", "unit__code", "unit__name")
    ordering = ("unit__code", "name")
