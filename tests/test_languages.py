"""What people read stands whole in both languages, and no page slips back into the other one.

Needs the gettext tools, which `make packages` installs; without them the first test says so.
"""

import ast
import gettext
import re
from html import unescape
from pathlib import Path

import pytest
from django.urls import reverse

from people.models import User
from tests.cast import Cast
from tonglianggov.management.commands import messages

LANGUAGES = sorted(messages.PLURALS)
# %(name)s, %s, %%, {name}: what a sentence is filled with.
HOLE = re.compile(r"%\(\w+\)[-.\d]*[a-z]|%[sd%]|\{\w*\}")
HAN = re.compile("[\u3400-\u9fff]")
# Half-width marks between Chinese words; a dot in a version or a colon in a time is none.
HALF_WIDTH = re.compile("[\u3400-\u9fff][,;:!?()]|[,;:!?()][\u3400-\u9fff]|[\u3400-\u9fff]\\.$")
# Not sentences: how a value of a file is written.
NOTATION = {"user:id or ticket:id", "kind:id"}

Texts = dict[str | tuple[str, int], str]


def texts_of(mo: Path) -> Texts:
    """Return a compiled catalogue: its texts by English text; plural forms by (text, form)."""
    with mo.open("rb") as file:
        texts = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    texts.pop("")
    return texts


def english(key: str | tuple[str, int]) -> str:
    """Return the English text of a catalogue's key, without its context."""
    text = key[0] if isinstance(key, tuple) else key
    return text.rpartition("\x04")[2]


def singulars(texts: Texts) -> set[str]:
    return {key[0] if isinstance(key, tuple) else key for key in texts}


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, Texts]:
    """The .po files as they would be compiled now."""
    folder = tmp_path_factory.mktemp("compiled")
    return {
        language: texts_of(
            messages.compiled(messages.catalogue(language), into=folder / f"{language}.mo")
        )
        for language in LANGUAGES
    }


def test_every_text_of_the_sources_stands_in_both_catalogues_and_no_other(written, tmp_path):
    (tmp_path / "sources").mkdir()
    pot = messages.collect(into=tmp_path / "sources")
    fresh = tmp_path / "fresh.po"
    fresh.write_text(messages.refreshed(messages.SOURCE_LANGUAGE, pot=pot), encoding="utf-8")
    wanted = singulars(texts_of(messages.compiled(fresh, into=tmp_path / "fresh.mo")))

    behind = {
        language: {"missing": wanted - singulars(texts), "left over": singulars(texts) - wanted}
        for language, texts in written.items()
    }

    nothing = {"missing": set(), "left over": set()}
    assert behind == dict.fromkeys(LANGUAGES, nothing), "run `make messages`, then translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_untranslated_and_nothing_guessed(language):
    assert messages.untranslated(messages.catalogue(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_in_step_with_the_written_one(written, language):
    compiled = messages.catalogue(language).with_suffix(".mo")

    assert texts_of(compiled) == written[language], "run `make messages`"


def test_no_text_hides_in_an_f_string():
    """Python 3.11's f-strings are one token: xgettext does not look inside."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in messages.sources()
        if path.suffix == ".py"
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in {"_", "gettext", "ngettext", "pgettext"}
    ]

    assert hidden == []


def test_no_text_is_marked_by_a_name_that_the_collector_does_not_know():
    renamed = [
        f"{path.name}: {name.asname}"
        for path in messages.sources()
        if path.suffix == ".py"
        for found in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(found, ast.ImportFrom) and found.module == "django.utils.translation"
        for name in found.names
        if name.asname not in (None, "_")
    ]

    assert renamed == []


def test_english_says_what_the_sources_say(written):
    texts = written["en"].items()

    assert [key for key, text in texts if isinstance(key, str) and text != english(key)] == []


def test_a_translation_is_filled_with_the_same_as_the_english(written):
    english_texts, wrong = written["en"], []
    for key, text in written["zh_Hans"].items():
        forms = [(key[0], 0), (key[0], 1)] if isinstance(key, tuple) else [key]
        if sorted(HOLE.findall(text)) not in [
            sorted(HOLE.findall(english_texts[form])) for form in forms
        ]:
            wrong.append(key)

    assert wrong == []


def test_the_sources_are_written_in_english(written):
    assert [text for text in singulars(written["en"]) if HAN.search(text)] == []


def test_chinese_keeps_the_house_style(written):
    faults = {
        english(key): text
        for key, text in written["zh_Hans"].items()
        if english(key) not in NOTATION
        and (HALF_WIDTH.search(text) or "！" in text or "你" in text or "成功" in text)
    }

    assert faults == {}


# --- Pages ---------------------------------------------------------------------------------------


def read(page: str) -> str:
    """Return what a page says to its reader: no script, no style, no tags."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    labels = re.findall(r'\b(?:aria-label|alt|placeholder|title|data-\w+)="([^"]*)"', page)
    return " ".join(unescape(" ".join([re.sub(r"<[^>]*>", " ", page), *labels])).split())


def leftovers(page: str, texts: Texts) -> list[str]:
    """Return the English texts of the catalogue that stand in a page: sentences, not words."""
    said = read(page)
    sentences = {
        re.split(HOLE, english(key))[0].strip()
        for key, text in texts.items()
        if text != english(key)
    }
    return sorted(one for one in sentences if len(one) > 9 and " " in one and one in said)


@pytest.mark.parametrize(
    "name", ["home", "tickets:report", "tickets:track", "tickets:about", "people:signin"]
)
def test_a_residents_page_is_chinese_throughout(client, tiny, written, name):
    page = client.get(reverse(name), headers={"accept-language": "zh-CN"}).content.decode()

    assert '<html lang="zh-hans"' in page
    assert leftovers(page, written["zh_Hans"]) == []


def test_a_missing_page_is_chinese_throughout(client, db, written):
    page = client.get("/no/such/page", headers={"accept-language": "zh-CN"}).content.decode()

    assert leftovers(page, written["zh_Hans"]) == []


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("supervisor", ["tickets:list", "tickets:on_behalf", "notices:inbox", "wall:wall"]),
        ("worker", ["tickets:list", "people:me", "people:password"]),
        ("sysadmin", ["admin:index"]),
        ("secadmin", ["admin:people_user_changelist", "admin:people_post_add"]),
    ],
)
def test_staffs_pages_are_chinese_throughout(client, cast: Cast, written, who, names):
    person: User = getattr(cast, who)
    client.force_login(person)

    found = {
        name: client.get(reverse(name), headers={"accept-language": "zh-CN"}) for name in names
    }

    assert {name: (page.status_code, leftovers(page.content.decode(), written["zh_Hans"]))
            for name, page in found.items()} == dict.fromkeys(names, (200, []))  # fmt: skip


def test_a_page_forgotten_in_english_would_be_found(client, tiny, written):
    page = client.get(reverse("tickets:report"), headers={"accept-language": "en"}).content.decode()

    assert "What is the matter?" in leftovers(page, written["zh_Hans"])
