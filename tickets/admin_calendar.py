"""The working calendar in the admin: days and years, for the system administrator."""

from collections.abc import Collection

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from people.admin_rights import SystemAdminOnly
from people.tables import Tables
from tickets import lifecycle
from tickets.models import CalendarDay, CalendarYear
from tickets.tables import CalendarDayTable


def _reckon_again(request: HttpRequest, years: Collection[int]) -> None:
    """Reckon the running deadlines of those of the years that are announced; say how many moved."""
    announced = CalendarYear.objects.filter(year__in=years, announced=True)
    told = set(announced.values_list("year", flat=True))
    if told:
        moved = lifecycle.recompute(years=told, at=timezone.now())
        messages.info(
            request,
            ngettext(
                "The deadline of %(count)d running ticket has moved.",
                "The deadlines of %(count)d running tickets have moved.",
                moved,
            )
            % {"count": moved},
        )


@admin.register(CalendarYear)
class CalendarYearAdmin(SystemAdminOnly, admin.ModelAdmin):
    """First the year's days, then its mark as announced: that moves running deadlines."""

    list_display = ("year", "announced", "source")
    list_filter = ("announced",)
    search_fields = ("year", "source")
    ordering = ("-year",)

    def get_fieldsets(self, request, obj=None):
        asked = str(obj.year if obj else request.GET.get("year", ""))
        days = reverse("admin:tickets_calendarday_changelist")
        # Whatever stands in the address: only a year leads anywhere.
        days += f"?date__year={asked}" if asked.isascii() and asked.isdigit() else ""
        said = gettext(
            "First enter the year's holidays and working weekends under {days}, then mark it as "
            "announced: the running deadlines of that year are reckoned again at once."
        )
        link = format_html('<a href="{}">{}</a>', days, _("special days"))
        said = format_html(said, days=link)
        return [(None, {"fields": ("year", "announced", "source"), "description": said})]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "announced" in form.changed_data:
            _reckon_again(request, [obj.year])


@admin.register(CalendarDay)
class CalendarDayAdmin(SystemAdminOnly, Tables, admin.ModelAdmin):
    """Days unlike their weekday. A change in an announced year moves running deadlines."""

    resource_classes = [CalendarDayTable]
    list_display = ("date", "weekday", "kind", "name", "name_en", "source")
    list_filter = ("kind", "name")
    search_fields = ("name", "name_en", "source")
    date_hierarchy = "date"
    ordering = ("-date",)

    def process_result(self, result, request):
        days = [row.instance for row in result if row.instance]
        answer = super().process_result(result, request)
        _reckon_again(request, {day.date.year for day in days})
        return answer

    @admin.display(description=_("weekday"))
    def weekday(self, day: CalendarDay) -> str:
        return date_format(day.date, "D")

    def save_model(self, request, obj, form, change):
        before = CalendarDay.objects.filter(pk=obj.pk).values_list("date", flat=True)
        years = {obj.date.year, *(day.year for day in before)}
        super().save_model(request, obj, form, change)
        if form.changed_data:
            _reckon_again(request, years)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        _reckon_again(request, [obj.date.year])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        years = {day.year for day in queryset.values_list("date", flat=True)}
        super().delete_queryset(request, queryset)
        _reckon_again(request, years)
