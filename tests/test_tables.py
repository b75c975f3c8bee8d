"""Tables in and out of the administration: seen before made, refused by row, on record."""

import csv
import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from grids.models import Area, Unit
from people.models import AuditEntry, Post, SignedIn, User
from people.roles import Role
from tests.land import WILLOW_BRIDGE
from tests.test_ways import browser_of
from tickets.models import CalendarDay, EventType

# Which list is whose to import; everybody who may look may export.
LISTS = {
    "grids/area": "sysadmin", "grids/commandcentre": "sysadmin", "grids/department": "sysadmin",
    "tickets/eventtype": "sysadmin", "tickets/calendarday": "sysadmin", "people/post": "secadmin",
}  # fmt: skip


def send(client: Client, where: str, rows: list[dict[str, str]]):
    """Send the rows as a CSV file and return the preview."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    upload = SimpleUploadedFile("table.csv", file.getvalue().encode(), "text/csv")
    return client.post(f"/admin/{where}/import/", {"format": "0", "import_file": upload})


def confirm(client: Client, where: str, preview):
    form = preview.context["confirm_form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    return client.post(f"/admin/{where}/process_import/", data)


def export(client: Client, where: str, file_format: str = "0"):
    return client.post(f"/admin/{where}/export/", {"format": file_format})


def exported(client: Client, where: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export(client, where).content.decode("utf-8-sig"))))


@pytest.mark.parametrize("where", LISTS)
def test_only_its_administrator_imports_a_table(cast, where):
    found = {
        name: browser_of(getattr(cast, name)).get(f"/admin/{where}/import/").status_code
        for name in ("sysadmin", "secadmin", "auditor")
    }

    assert found == dict.fromkeys(found, 403) | {LISTS[where]: 200}


@pytest.mark.parametrize("where", LISTS)
def test_what_was_exported_is_imported_without_a_change(cast, where):
    client = browser_of(getattr(cast, LISTS[where]))
    if where == "tickets/calendarday":
        CalendarDay.objects.get_or_create(date="2031-10-01", defaults={"kind": "holiday"})
    rows = [row for row in exported(client, where) if row.get("user") != "secadmin"]
    assert rows

    preview = send(client, where, rows)

    assert not preview.context["result"].has_errors()
    assert not preview.context["result"].has_validation_errors()
    assert preview.context["result"].totals["skip"] == len(rows)


def test_a_changed_limit_is_shown_then_made_then_on_record(cast):
    client, where = browser_of(cast.sysadmin), "tickets/eventtype"
    row = next(row for row in exported(client, where) if row["code"] == "0104")

    preview = send(client, where, [row | {"resolve_limit": "9W"}])
    assert EventType.objects.get(code="0104").resolve_limit != "9W"
    assert f"<del>{row['resolve_limit']}</del> <ins>9W</ins>" in preview.text
    assert not AuditEntry.objects.filter(action="eventtype_changed").exists()

    assert confirm(client, where, preview).status_code == 302
    assert EventType.objects.get(code="0104").resolve_limit == "9W"
    entry = AuditEntry.objects.get(action="eventtype_changed")
    assert (entry.actor, entry.data) == (cast.sysadmin, {"import": True})


@pytest.mark.parametrize(
    ("where", "row", "said"),
    [
        ("tickets/eventtype", {"resolve_limit": "soon"}, "soon"),
        ("tickets/eventtype", {"lead": "NOBODY"}, "No centre and no department has this code"),
        ("tickets/eventtype", {"category": "99"}, "There is no event category “99”."),
        ("grids/area", {"code": "12"}, "A code has 6, 9, 12 or 15 digits."),
        ("grids/area", {"kind": "grid"}, "digits is that of a"),
        ("grids/commandcentre", {"area": "nowhere"}, "There is no area “nowhere”."),
        ("people/post", {"role": "king"}, "king"),
        ("people/post", {"unit": "DC"}, "Choose either an area or a unit."),
        (
            "people/post",
            {"user": "secadmin", "role": "leader"},
            "Nobody may give a post to themself",
        ),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_a_sentence(cast, where, row, said):
    client = browser_of(getattr(cast, LISTS[where]))
    good = next(row for row in exported(client, where) if where != "people/post" or row["area"])

    preview = send(client, where, [good, good | row])

    assert said in preview.text
    assert preview.context.get("confirm_form") is None


@pytest.mark.parametrize("where", LISTS)
def test_these_pages_have_nothing_inline(cast, where):
    client = browser_of(getattr(cast, LISTS[where]))
    preview = send(client, where, exported(client, where) or [{"date": "2031-10-01"}])
    pages = [preview, client.get(f"/admin/{where}/export/"), client.get(f"/admin/{where}/import/")]

    inline = r"<script(?![^>]*src=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+="
    assert [re.findall(inline, page.text) for page in pages] == [[], [], []]


def test_an_area_keeps_its_outline(cast):
    client, before = browser_of(cast.sysadmin), Area.objects.get(code=WILLOW_BRIDGE)
    row = next(row for row in exported(client, "grids/area") if row["code"] == WILLOW_BRIDGE)

    confirm(client, "grids/area", send(client, "grids/area", [row | {"population": "77"}]))

    after = Area.objects.get(code=WILLOW_BRIDGE)
    assert (after.population, after.boundary, after.approximate) == (
        77, before.boundary, before.approximate,
    )  # fmt: skip


def test_an_imported_post_counts_at_once_and_the_person_signs_in_anew(cast):
    client = browser_of(cast.secadmin)
    browser_of(cast.leader)
    preview = send(client, "people/post", [{
        "user": "leader", "role": Role.DUTY_OFFICER, "area": "", "unit": "DC", "full_time": "1",
        "starts": "", "ends": "",
    }])  # fmt: skip
    assert not Post.objects.filter(user=cast.leader, role=Role.DUTY_OFFICER).exists()

    confirm(client, "people/post", preview)

    assert Post.objects.filter(user=cast.leader, role=Role.DUTY_OFFICER).count() == 1
    assert AuditEntry.objects.filter(action="post_given").count() == 1
    assert not SignedIn.objects.filter(user=cast.leader).exists()


@pytest.mark.parametrize("evil", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\tx"])
def test_no_spreadsheet_runs_what_somebody_typed(cast, evil):
    Unit.objects.filter(code="ROADS").update(aliases=evil)
    client = browser_of(cast.sysadmin)

    row = next(r for r in exported(client, "grids/department") if r["code"] == "ROADS")
    book = openpyxl.load_workbook(io.BytesIO(export(client, "grids/department", "1").content))
    cells = [cell for line in book.active.iter_rows() for cell in line]

    assert row["aliases"] == f"'{evil}"
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert send(client, "grids/department", [row]).context["result"].totals["skip"] == 1


def test_an_export_is_on_record(cast):
    exported(browser_of(cast.secadmin), "people/post")

    entry = AuditEntry.objects.get(action="table_exported")
    assert (entry.subject, entry.data["rows"]) == ("table:post", Post.objects.count())


@pytest.mark.parametrize("content", [b"\xff\xfe\x00nonsense", b"", b"a,b\n1,2\n"])
def test_a_file_that_is_no_table_is_refused_in_words(cast, content):
    upload = SimpleUploadedFile("table.csv", content or b" ", "text/csv")
    answer = browser_of(cast.sysadmin).post(
        "/admin/grids/area/import/", {"format": "0", "import_file": upload}
    )

    assert answer.status_code == 200
    assert answer.context.get("confirm_form") is None
    assert User.objects.exists()
