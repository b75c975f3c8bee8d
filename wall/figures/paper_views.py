"""The daily brief and the monthly report: as pages to print, and as PDF."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grids.models import District
from people import audit
from people.scope import person_of
from tickets.forms.filters import day_field
from wall.figures import papers, pdf
from wall.figures.exports import taken_by
from wall.figures.papers import Paper
from wall.figures.reach import Reach, reach_of
from wall.figures.views import EXPORTED

_STYLES = ("css/tokens.css", "css/paper.css")
_Make = Callable[[Reach, tuple[str, ...], date, datetime], Paper]


class PaperForm(forms.Form):
    """Of which area, and of which day or of the month that holds it."""

    area = forms.RegexField(r"^[0-9]{6,15}$", required=False)
    day = day_field("")


@require_GET
def brief(request: HttpRequest) -> HttpResponse:
    """The brief of a day: `?day=` (today), `?area=` (all that is theirs)."""
    return _page(request, papers.brief)


@require_GET
def monthly(request: HttpRequest) -> HttpResponse:
    """The report of the month that holds `?day=`."""
    return _page(request, papers.monthly)


@require_GET
def brief_pdf(request: HttpRequest) -> HttpResponse:
    """The brief as a PDF; where that cannot be made, the page with a sentence."""
    return _pdf(request, papers.brief)


@require_GET
def monthly_pdf(request: HttpRequest) -> HttpResponse:
    """The report as a PDF; where that cannot be made, the page with a sentence."""
    return _pdf(request, papers.monthly)


def _page(request: HttpRequest, make: _Make, *, status: int = 200, fault: str = "") -> HttpResponse:
    shown = _shown(_paper(request, make)) | {"fault": fault}
    return render(request, "wall/figures/paper.html", shown, status=status)


def _pdf(request: HttpRequest, make: _Make) -> HttpResponse:
    paper = _paper(request, make)
    shown = _shown(paper) | {"pressed": True, "district": District.current()}
    try:
        content = pdf.of(render_to_string("wall/figures/paper.html", shown), *_STYLES)
    except pdf.NoPdf as fault:
        return _page(request, make, status=503, fault=str(fault))
    period = paper.sheet.asked.period
    audit.record(
        actor=paper.by, action=EXPORTED, subject=f"figures:{paper.kind}", at=paper.at,
        data={"since": f"{period.since}", "until": f"{period.until}"},
    )  # fmt: skip
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"{paper.kind}-{period.since:%Y%m%d}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _paper(request: HttpRequest, make: _Make) -> Paper:
    at = timezone.now()
    reach = reach_of(person_of(request))
    form = PaperForm(request.GET)
    form.is_valid()
    today = timezone.localdate(at)
    day = min(form.cleaned_data.get("day") or today, today)
    return make(reach, reach.narrowed(form.cleaned_data.get("area", "")), day, at)


def _shown(paper: Paper) -> dict[str, Any]:
    asked = paper.sheet.asked
    areas = asked.areas
    return {
        "paper": paper, "sheet": paper.sheet, "copy": taken_by(paper.by, paper.at),
        "area": areas[0] if len(areas) == 1 else "",
        "title": _("Daily brief") if paper.kind == "brief" else _("Monthly report"),
        "page_url": f"wall:{paper.kind}", "pdf_url": f"wall:{paper.kind}_pdf",
    }  # fmt: skip
