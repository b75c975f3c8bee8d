"""Canned sentences: one's own unit's and those of the centres above; a unit's head keeps them."""

import shutil

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.management.commands import load_pack
from grids.models import Unit
from grids.packfile import Files
from tests import land
from tests.tickets.desk import text
from tickets import phrases
from tickets.models import Phrase

PATH = "/phrases/"
JSON = {"HTTP_ACCEPT": "application/json"}


def keep(code: str, name: str, words: str = "马上就来") -> Phrase:
    return Phrase.objects.create(unit=Unit.objects.get(code=code), name=name, words=words)


@pytest.fixture
def kept(desk):
    """One sentence in each of six units; the pack's own are gone."""
    Phrase.objects.all().delete()
    codes = ("DC", f"TC-{land.EAST_CREEK}", f"VC-{land.WILLOW_BRIDGE}", "ROADS", "FIRE")
    return {code: keep(code, code) for code in (*codes, f"TC-{land.WEST_HILL}")}


def seen(desk, who: str) -> list[str]:
    return [one["name"] for one in desk.client(who).get(PATH, **JSON).json()["phrases"]]


def test_one_uses_those_of_ones_units_and_of_the_centres_above_the_nearest_first(desk, kept):
    town, village = f"TC-{land.EAST_CREEK}", f"VC-{land.WILLOW_BRIDGE}"

    assert seen(desk, "village") == seen(desk, "worker") == [village, town, "DC"]
    assert seen(desk, "town") == [town, "DC"]
    assert seen(desk, "roads") == ["DC", "ROADS"]
    assert seen(desk, "outsider") == [f"TC-{land.WEST_HILL}", "DC"]


def test_a_head_keeps_changes_and_deletes_their_units_sentences(desk, kept):
    client = desk.client("roads_head")

    client.post(PATH, {"unit": "ROADS", "name": "  灯  已换 ", "words": "灯已换好。"})
    new = Phrase.objects.get(words="灯已换好。")
    client.post(f"{PATH}{new.pk}/", {"name": "换灯", "words": "灯已换好，亮了。"})
    page = text(client.get(PATH))
    client.post(f"{PATH}{kept['ROADS'].pk}/", {"delete": "1"})

    assert (new.name, new.unit.code) == ("灯 已换", "ROADS")
    assert "换灯 灯已换好，亮了。" in page
    assert seen(desk, "roads") == ["DC", "换灯"]


def test_others_change_nothing(desk, kept):
    body = {"unit": "ROADS", "name": "别的", "words": "别的话"}

    assert desk.client("roads").post(PATH, body).status_code == 403
    assert desk.client("roads").post(f"{PATH}{kept['ROADS'].pk}/", body).status_code == 404
    assert desk.client("roads_head").post(f"{PATH}{kept['DC'].pk}/", body).status_code == 404
    # For another unit than one's own nothing can be kept either.
    assert "words" in desk.client("supervisor").post(PATH, body).context["form"].data
    assert not Phrase.objects.filter(name="别的").exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "", "words": "好"}, "is missing."),
        ({"name": "ROADS", "words": "好"}, "of this name already"),
        ({"name": "长" * 21, "words": "好"}, "at most 20 characters"),
        ({"name": "长", "words": "好" * 501}, "Please shorten the text"),
        ({"name": "长", "words": "好\0"}, "cannot be stored"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(desk, kept, body, said):
    answer = desk.client("roads_head").post(PATH, body | {"unit": "ROADS"})

    assert said in text(answer)
    assert body["words"].replace("\0", "") in answer.content.decode()
    assert Phrase.objects.count() == len(kept)


def test_a_unit_keeps_at_most_a_hundred(desk, kept):
    roads = kept["ROADS"].unit
    more = range(phrases.AT_MOST - 1)
    Phrase.objects.bulk_create(Phrase(unit=roads, name=f"{n}", words="好") for n in more)

    page = text(desk.client("roads_head").post(PATH, {"unit": "ROADS", "name": "x", "words": "y"}))

    assert "At most 100 sentences. Delete one first." in page


def test_one_ten_or_a_hundred_ask_the_database_equally_often(desk, kept, clock_stands):
    client, asked = desk.client("roads_head"), []
    client.get(PATH)
    for more in (1, 9, 90):
        names = [
            Phrase(unit=kept["ROADS"].unit, name=f"{more}-{n}", words="好") for n in range(more)
        ]
        Phrase.objects.bulk_create(names)
        with CaptureQueriesContext(connection) as queries:
            client.get(PATH)
        asked.append(len(queries))

    assert asked[0] == asked[1] == asked[2]


def test_staff_are_offered_them_where_they_write_and_residents_are_not(desk):
    ticket = desk.in_work()
    offers = 'data-phrases="id_words"'

    assert offers in desk.client("roads").get(f"/tickets/{ticket.number}/moves/resolve/").text
    assert offers in desk.client("roads").get(f"/tickets/{ticket.number}/ask/return/").text
    inline = f"/console/tickets/{ticket.number}/moves/comment/"
    assert offers in desk.client("district").get(inline).text
    assert "data-phrases" not in desk.client("village").get("/tickets/new/").text


def test_the_pack_gives_a_unit_its_first_sentences_and_leaves_its_own_alone(desk, tmp_path):
    assert seen(desk, "roads") == ["on it", "photo", "mended"]
    Phrase.objects.filter(name="mended").update(words="我们自己的话")
    pack = shutil.copytree(land.TINY, tmp_path / "pack")
    path = pack / "phrases.csv"
    path.write_text(path.read_text() + "ROADS,more,One more.\nFIRE,fire,It is out.\n")

    files = Files(pack)
    assert load_pack.find_faults(files) == []
    load_pack.load(files)

    assert Phrase.objects.get(name="mended").words == "我们自己的话"
    assert seen(desk, "roads") == ["on it", "photo", "mended"]
    assert seen(desk, "fire") == ["on it", "photo", "fire"]
    path.write_text("trade,name,words\nNOBODY,x,y\nDC,a,b\nDC,a,c\nDC,,d\n")
    faults = load_pack.find_faults(Files(pack))
    assert [fault.file for fault in faults] == ["phrases.csv"] * 3
