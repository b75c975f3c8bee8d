"""What a reporter's words are taken for, and when the platform is sure of it."""

import csv
from pathlib import Path

import pytest

from tickets.models import EventType
from tickets.suggest import Index, Score, is_confident, suggest

PACK = Path(__file__).parents[2] / "packs" / "tongliang"


def ranked(index: Index, text: str) -> list[str]:
    return [score.code for score in index.scores(text)]


def sure(index: Index, text: str) -> str:
    scores = index.scores(text)
    return scores[0].code if is_confident(scores) else ""


def test_the_longer_word_says_more():
    index = Index({"lamp": ["路灯"], "lane": ["消防通道"]})

    assert ranked(index, "路灯下面停着车，堵了消防通道") == ["lane", "lamp"]


def test_a_word_that_may_mean_many_things_says_less():
    index = Index({"a": ["噪音", "工地"], "b": ["噪音"], "c": ["噪音"], "d": ["广场"]})

    assert ranked(index, "广场上噪音大") == ["d", "a", "b", "c"]


def test_what_the_title_says_counts_double():
    index = Index({"dogs": ["养狗"], "lamps": ["路灯"]})

    assert ranked(index, "有人养狗。旁边路灯不亮") == ["dogs", "lamps"]
    assert ranked(index, "路灯不亮\n旁边有人养狗") == ["lamps", "dogs"]


def test_of_two_words_one_inside_the_other_only_the_longer_counts():
    index = Index({"lamps": ["路灯", "路灯不亮"]})

    assert [score.words for score in index.scores("门口路灯不亮")] == [1]


def test_width_case_gaps_and_null_bytes_make_no_difference():
    index = Index({"ktv": ["KTV", "drain cover"]})

    assert ranked(index, "楼下ｋｔｖ太吵") == ["ktv"]
    assert ranked(index, "the Drain\n  Cover is gone") == ["ktv"]
    assert ranked(index, "楼下K\x00TV") == ["ktv"]


def test_one_word_in_the_title_is_enough_to_be_sure():
    index = Index({"lamps": ["路灯不亮"], "dogs": ["养狗"]})

    assert sure(index, "门口路灯不亮。请来修") == "lamps"


def test_one_word_in_passing_is_not_enough():
    index = Index({"lamps": ["路灯不亮"], "dogs": ["养狗"]})

    assert sure(index, "昨晚摔了一跤。那里路灯不亮") == ""


def test_two_different_words_are_enough_wherever_they_stand():
    index = Index({"lamps": ["路灯不亮", "漆黑一片"]})

    assert sure(index, "昨晚摔了一跤。那里路灯不亮，漆黑一片") == "lamps"


def test_two_types_about_as_likely_are_left_to_the_duty_officer():
    index = Index({"lamps": ["路灯不亮"], "holes": ["井盖不见"]})

    assert sure(index, "门口路灯不亮，井盖不见了") == ""


def test_hints_rank_but_never_make_sure():
    index = Index({"homes": ["?开发商", "?交房", "?购房"], "dogs": ["养狗"]})

    assert ranked(index, "开发商不交房，购房的人都在等。有人养狗") == ["homes", "dogs"]
    assert sure(index, "开发商不交房，购房的人都在等") == ""


def test_nothing_said_is_nothing_suggested():
    assert Index({"lamps": ["路灯"]}).scores("") == []
    assert not is_confident([])
    assert not is_confident([Score("lamps", 6.0, 1, True)])


def test_of_a_megabyte_only_the_first_page_is_read():
    index = Index({str(n): [f"词{n}号", f"word{n}"] for n in range(800)})
    page = "词7号" + "无" * 2_000

    assert [score.code for score in index.scores(page + "词8号")] == ["7", "8"]
    assert index.scores(page + "无" * 1_000_000 + "词8号") == index.scores(page)


def test_the_district_is_asked_for_its_own_types(tiny):
    found = suggest("柳桥路窨井的井盖不见了。旁边还堆着垃圾")

    assert found.event_type is not None
    assert (found.event_type.code, found.confident) == ("0101", True)
    assert [kind.code for kind in found.others] == ["0102"]


@pytest.mark.parametrize("words", ["", "   ", "\x00", "😀😀", "𠮷祥", "a" * 100_000])
def test_odd_words_suggest_nothing_and_break_nothing(tiny, words):
    assert suggest(words).event_type is None


def test_a_change_of_the_words_counts_at_once(tiny):
    assert suggest("门口的水沟堵了").event_type is None
    EventType.objects.filter(code="0104").update(words="路灯;水沟堵")

    found = suggest("门口的水沟堵了").event_type

    assert found is not None
    assert found.code == "0104"


def test_a_type_that_is_not_in_use_is_not_suggested(tiny):
    EventType.objects.filter(code="0101").update(in_use=False)

    assert suggest("井盖不见了").event_type is None


def test_suggesting_asks_the_database_once(tiny, django_assert_num_queries):
    with django_assert_num_queries(1):
        suggest("井盖不见了")


def test_what_the_pack_is_sure_of_is_what_the_texts_of_its_month_mean():
    with (PACK / "event_types.csv").open(encoding="utf-8") as file:
        index = Index({row["code"]: row["words"].split(";") for row in csv.DictReader(file)})
    with (PACK / "demonstration_texts.csv").open(encoding="utf-8") as file:
        texts = [(row["words"], row["type"]) for row in csv.DictReader(file)]
    said = [(sure(index, words), meant) for words, meant in texts]
    certain = [(code, meant) for code, meant in said if code]

    assert [pair for pair in certain if pair[0] != pair[1]] == []
    assert len(certain) >= len(texts) / 3
