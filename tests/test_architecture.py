"""The rules of the house that a reviewer should not have to remember."""

import ast
import csv
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import RequestFactory

from tests import lanes

ROOT = Path(__file__).parent.parent
APPS = ("people", "notices", "grids", "tickets", "volunteers", "points", "video", "wall")
ROOMS = (*APPS, "tonglianggov")

# The tables that a report makes. Only tickets/lifecycle writes them.
TICKET_TABLES = {
    "Ticket", "TicketText", "Contact", "Helper", "TicketEvent", "EventWords", "DueStep", "Request",
    "Rating", "Photo", "Question", "Undoable", "BulkDispatch",
    "Follower", "TicketSearch",
}  # fmt: skip
# What leads to their rows from another object, and writes when called on.
LEADING = {
    "helpers", "events", "steps", "requests", "ratings", "photos", "text", "contact", "words",
    "helper_set", "questions", "followers",
}  # fmt: skip
# file: the tables it may write beside lifecycle, and why.
ALSO_WRITING = {
    # A photo is made ready, or refused, after its report was committed.
    "tickets/photos.py": {"Photo"},
}


def sources(*rooms: str) -> Iterator[Path]:
    """Give every Python file of these rooms but migrations, as a path from the root."""
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT)


def templates() -> list[Path]:
    found = [*(ROOT / "templates").rglob("*"), *ROOT.glob("*/templates/**/*")]
    return sorted(path for path in found if path.suffix in {".html", ".txt", ".svg"})


# --- One writer ----------------------------------------------------------------------------------


def writes(call: ast.Call) -> bool:
    """Whether the call looks like Django writing rows (and not like dict.update or Image.save)."""
    assert isinstance(call.func, ast.Attribute)
    name, plain = call.func.attr, bool(call.args)
    if name in {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}:
        return True
    if name in {"save", "delete", "update", "asave", "adelete", "aupdate", "acreate"}:
        return not plain
    return name in {"add", "set", "remove", "clear"} and bool(LEADING & set(steps(call.func.value)))


def steps(node: ast.AST) -> list[str]:
    """Return the names along a chain: Ticket.objects.filter(…) gives Ticket, objects, filter."""
    if isinstance(node, ast.Call):
        return steps(node.func)
    if isinstance(node, ast.Attribute):
        return [*steps(node.value), node.attr]
    if isinstance(node, ast.Subscript):
        return steps(node.value)
    return [node.id] if isinstance(node, ast.Name) else []


def tables_written(tree: ast.AST) -> set[str]:
    """Return the tickets' tables that calls write, "?" where a row's table is unknown."""
    origin: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    origin.setdefault(target.id, []).extend(steps(node.value))
    written = set()
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if not writes(node):
            continue
        chain = steps(node.func.value)
        chain += [name for step in chain[:1] for name in origin.get(step, [])]
        written |= TICKET_TABLES & set(chain) or ({"?"} if LEADING & set(chain[1:]) else set())
        if chain and chain[0] in {"ticket", "photo", "rating", "event", "step"}:
            written.add("?")
    return written


@pytest.mark.parametrize("path", list(sources(*ROOMS)), ids=str)
def test_only_the_lifecycle_writes_tickets(path):
    if path.parts[:2] == ("tickets", "lifecycle"):
        return
    text = (ROOT / path).read_text()
    by_hand = re.search(r"(?i)(insert into|update|delete from)\s+\"?tickets_(ticket|due|ev)", text)

    assert tables_written(ast.parse(text)) <= ALSO_WRITING.get(str(path), set())
    assert by_hand is None


@pytest.mark.parametrize(
    ("source", "tables"),
    [
        ("Ticket.objects.filter(pk=1).update(state='closed')", {"Ticket"}),
        ("row = Photo.objects.filter(pk=1)\nrow.update(state='ready')", {"Photo"}),
        ("ticket.save(update_fields=['state'])", {"?"}),
        ("ticket.helpers.set([unit])", {"?"}),
        ("found.events.create(kind='moved')", {"?"}),
        ("digest.update(chunk)\nimage.save(out, 'JPEG')\nnames.add(name)", set()),
    ],
)
def test_a_second_writer_would_be_found(source, tables):
    assert tables_written(ast.parse(source)) == tables


def test_the_admin_only_reads_tickets(django_user_model):
    request = RequestFactory().get("/admin/")
    request.user = django_user_model.objects.create_superuser("root")
    tables = {apps.get_model("tickets", name) for name in TICKET_TABLES}
    ours = [page for model, page in admin.site._registry.items() if model in tables]
    ours += [
        inline
        for page in admin.site._registry.values()
        for inline in page.get_inline_instances(request)
        if inline.model in tables
    ]

    may = {
        f"{type(page).__name__}.{action}"
        for page in ours
        for action in ("add", "change", "delete")
        if page_allows(page, action, request)
    }

    assert may == set()


def page_allows(page, action: str, request) -> bool:
    if action == "add":
        needs_object = isinstance(page, admin.options.InlineModelAdmin)
        return page.has_add_permission(request, *([None] if needs_object else []))
    return getattr(page, f"has_{action}_permission")(request, None)


# --- Floors and files ----------------------------------------------------------------------------


@pytest.mark.slow
def test_imports_only_point_down():
    linter = Path(sys.executable).parent / "lint-imports"

    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_nobody_imports_the_wiring():
    importing = {
        str(path)
        for path in sources(*APPS)
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
        if name.split(".")[0] == "tonglianggov"
    }

    assert importing == set()


def test_no_file_has_two_reasons_to_be_opened():
    long = {
        str(path): lines
        for path in sources(*ROOMS, "tests", "bench", "deploy")
        if (lines := len((ROOT / path).read_text().splitlines())) > 400
    }

    assert long == {}


def test_there_are_no_drawers():
    drawers = {
        "utils",
        "helpers",
        "common",
        "core",
        "services",
        "managers",
        "signals",
        "exceptions",
    }

    assert [str(path) for path in sources(*ROOMS) if drawers & {path.stem, *path.parts[:-1]}] == []


def test_effects_are_called_and_not_signalled():
    forbidden = ("django.db.models.signals", "django.dispatch")

    found = {
        str(path)
        for path in sources(*APPS)
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(forbidden)
    }

    assert found == set()


# --- Templates and words -------------------------------------------------------------------------

INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE),
    "style": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "handler": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
}
CHINESE = re.compile(r"[\u3400-\u9fff]")


def test_templates_have_nothing_inline():
    found = [
        (str(path.relative_to(ROOT)), kind)
        for path in templates()
        for kind, pattern in INLINE.items()
        if pattern.search(path.read_text())
    ]

    assert found == []


def docstrings(tree: ast.AST) -> set[int]:
    """Return the first lines of a module's docstrings."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.body[0].lineno
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }


def chinese_strings(text: str) -> list[str]:
    """Return the strings with Chinese in them; comments may name the terms of the article."""
    skipped = docstrings(ast.parse(text))
    return [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.STRING
        and CHINESE.search(token.string)
        and token.start[0] not in skipped
    ]


def test_code_speaks_english_and_the_catalogues_translate_it():
    found = {
        str(path): strings
        for path in sources(*ROOMS)
        if (strings := chinese_strings((ROOT / path).read_text()))
    }
    found |= {
        str(path.relative_to(ROOT)): CHINESE.findall(path.read_text())
        for path in [*templates(), *(ROOT / "static").glob("js/**/*.js")]
        if CHINESE.search(path.read_text())
    }

    assert found == {}


def test_what_one_lane_is_enough_for_is_there():
    assert {name for name in lanes.ONCE if not (lanes.HERE / name).is_file()} == set()


def place_names() -> set[str]:
    """Return the district's and its towns' English names, from the pack."""
    names = {"Tongliang"}
    for path in (ROOT / "packs/tongliang").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("name_en") and len(row.get("code", "")) == 9:
                    names.add(row["name_en"].split()[0])
    return names


def test_nothing_in_code_or_templates_is_about_this_district():
    pattern = re.compile(rf"\b({'|'.join(sorted(place_names()))})\b")
    texts = [ROOT / path for path in sources(*ROOMS)] + templates()
    texts += [*(ROOT / "static").glob("js/**/*.js"), *(ROOT / "static").glob("css/**/*.css")]

    found = {
        str(path.relative_to(ROOT)): pattern.findall(path.read_text())
        for path in texts
        if pattern.search(path.read_text())
    }

    assert found == {}
