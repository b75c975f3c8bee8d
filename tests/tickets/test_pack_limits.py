"""The limits that hang on no event type come with the pack, row by row."""

import shutil
from pathlib import Path

import pytest

from grids.management.commands import load_pack
from grids.packfile import Files
from tests.land import TINY
from tickets.models import Limits

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(tmp_path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "pack"))


def changed(pack: Path, before: str, after: str) -> Files:
    path = pack / "limits.csv"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    return Files(pack)


def test_the_packs_limits_are_the_districts(pack):
    files = changed(pack, "accept P3,2H", "accept P3,3H")
    assert load_pack.find_faults(files) == []
    load_pack.load(files)

    limits = Limits.current()
    assert limits.accept == {"P1": "10min", "P2": "30min", "P3": "3H", "P4": "2H"}
    assert limits.requests["return"] == {"decide": "4H", "at_most": 2}
    assert (limits.rating, limits.keep_words_years) == ("7N", 5)


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        ("accept P1,10min", "accept P1,10x", "2"),
        ("accept P1", "accept P9", "2"),
        ("accept P2", "accept P1", "3"),
        ("return,4H,2", "return,4H,", "13"),
        ("words years,,5", "words years,,many", "18"),
    ],
)
def test_every_fault_is_named_with_its_row(pack, before, after, row):
    faults = load_pack.find_faults(changed(pack, before, after))

    assert faults
    assert {(fault.file) for fault in faults} == {"limits.csv"}
    assert any(row in fault.where for fault in faults)


def test_a_missing_row_is_a_fault_and_a_missing_file_is_none(pack):
    assert load_pack.find_faults(changed(pack, "rating,7N,,", "# rating,7N,,"))
    (pack / "limits.csv").unlink()
    assert load_pack.find_faults(Files(pack)) == []
