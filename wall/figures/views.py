"""The page of figures and its files: one question in the address, one sheet as the answer."""

from datetime import datetime

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from grids.models import District
from people import audit
from people.scope import person_of
from people.step_up import proved_lately
from tickets.statistics import By
from wall.figures import addresses, charts, exports
from wall.figures.forms import FiguresForm
from wall.figures.periods import Kind, holding
from wall.figures.reach import Reach, reach_of
from wall.figures.sheet import Asked, Sheet, sheet_of

EXPORTED = "figures_exported"


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the figures of what this person's posts cover, as asked in the address."""
    form, sheet = _answer(request, timezone.now())
    target = District.current().satisfaction_target
    drawn = [*charts.of_trend(sheet.trend, target), charts.of_rows(sheet)]
    return render(request, "wall/figures/page.html", {
        "form": form, "sheet": sheet, "target": target, "query": addresses.query(request),
        "drawn": {chart.key: chart.drawn() for chart in drawn if not chart.is_empty},
        "chart_data": {chart.key: chart.as_json() for chart in drawn if not chart.is_empty},
        "crumbs": addresses.crumbs(request, sheet),
        "rows": addresses.linked(request, sheet),
        "list_query": addresses.list_query(sheet),
    })  # fmt: skip


@require_GET
@proved_lately("GET")
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Give the sheet as CSV, line by line."""
    at = timezone.now()
    _form, sheet = _answer(request, at)
    _record(request, sheet, "csv", at)
    lines = exports.csv_lines(sheet, by=person_of(request), at=at)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{exports.name_of(sheet)}.csv"'
    return answer


@require_GET
@proved_lately("GET")
def as_xlsx(request: HttpRequest) -> FileResponse:
    """Give the sheet as a workbook."""
    at = timezone.now()
    _form, sheet = _answer(request, at)
    _record(request, sheet, "xlsx", at)
    file = exports.workbook(sheet, by=person_of(request), at=at)
    return FileResponse(
        file, as_attachment=True, filename=f"{exports.name_of(sheet)}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )  # fmt: skip


def _answer(request: HttpRequest, at: datetime) -> tuple[FiguresForm, Sheet]:
    reach = reach_of(person_of(request))
    # The choices stand as they are meant where nothing was asked.
    asked = {"period": Kind.MONTH.value, "by": By.AREA.value} | request.GET.dict()
    form = FiguresForm(asked, reach=reach)
    form.is_valid()
    return form, sheet_of(_asked(form, reach, at))


def _asked(form: FiguresForm, reach: Reach, at: datetime) -> Asked:
    """Return what the form asks; what makes no sense in it is left out, and said beside it."""
    given, today = form.cleaned_data, timezone.localdate(at)
    period, known = form.asked_period(today), given.get("as_of")
    if period.since > today:
        period = holding(Kind.MONTH, today)
    areas = reach.narrowed(given.get("area", ""))
    return Asked(
        reach=reach, areas=areas, period=period, at=at, by=_by(given.get("by", ""), areas, reach),
        type=given.get("type", ""), unit=given.get("unit", ""),
        as_of=known if known and known >= period.since else None,
    )  # fmt: skip


def _by(given: str, areas: tuple[str, ...], reach: Reach) -> By:
    """Return by what to compare; areas only where some lie beneath, a department by area."""
    if given in (By.UNIT, By.TYPE):
        return By(given)
    beneath = reach.units or any(len(area) < 15 for area in areas)
    return By.AREA if beneath else By.TYPE


def _record(request: HttpRequest, sheet: Sheet, form: str, at: datetime) -> None:
    audit.record(
        actor=person_of(request), action=EXPORTED, subject=f"figures:{form}", at=at,
        area_code=sheet.asked.areas[0] if len(sheet.asked.areas) == 1 else "",
        data={"since": f"{sheet.asked.period.since}", "until": f"{sheet.asked.period.until}"},
    )  # fmt: skip
