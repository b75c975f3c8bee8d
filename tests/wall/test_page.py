"""The page of the wall: in both languages, with nothing inline, for whoever may watch."""

import json
import re
from pathlib import Path

import pytest

from tests.land import EAST_CREEK, WEST_HILL


@pytest.fixture
def wall(client, cast):
    def get(name: str = "leader", **query) -> str:
        client.force_login(getattr(cast, name))
        answer = client.get("/wall/", query)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


@pytest.mark.parametrize(
    ("language", "title"), [("zh-hans", "溪口区指挥中心"), ("en", "Creekside")]
)
def test_the_title_is_the_districts_own_in_the_readers_language(wall, cast, language, title):
    cast.leader.language = language
    cast.leader.save()

    assert title in wall()


def test_nothing_inline_is_on_the_page(wall):
    text = wall()
    scripts = re.findall(r"<script[^>]*>", text)

    assert "style=" not in text
    assert "<style" not in text
    assert not re.search(r"\son\w+=", text)
    assert [s for s in scripts if "src=" not in s and "application/json" not in s] == []


def test_the_scripts_have_every_word_they_use(wall):
    found = re.search(r'<script id="wall-words" type="application/json">(.*?)</script>', wall())
    words = json.loads(found[1])
    used = set()
    for script in Path("static/js/wall").glob("*.js"):
        used |= set(re.findall(r"(?<![\w/])words\.(\w+)", script.read_text()))

    assert used - set(words) == set()
    built = {f"sound_{state}" for state in ("off", "on", "waiting", "quiet")}
    assert set(words) - used - built - {"hours"} == set()


def test_the_page_knows_to_which_area_it_is_narrowed(wall):
    assert f'data-area="{EAST_CREEK}"' in wall(area=EAST_CREEK)


def test_another_towns_wall_does_not_exist(client, cast):
    client.force_login(cast.town)

    assert client.get("/wall/", {"area": WEST_HILL}).status_code == 404
