"""Reading files of past messages, good and bad."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.tickets.archive import HEADER, INVENTED, written
from tickets.simulation import messages
from tickets.simulation.messages import ZONE, BadFile, moment, read


def reasons(path: Path) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in read(path)[1]]


def test_all_invented_messages_can_be_read():
    sent, rejects, columns = read(INVENTED)

    assert (len(sent), rejects) == (200, [])
    assert columns == ["number", "user", "title", "time", "text"]
    assert sent == sorted(sent, key=lambda message: message.sent_at)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_come_in_many_shapes(tmp_path, encoding, separator):
    rows = ["time|text|title", "2019/8/19 11:48:23|路灯不亮|路灯"]
    text = "\r\n".join(rows).replace("|", separator)
    sent, rejects, _columns = read(written(tmp_path / "m.csv", text, encoding))

    assert rejects == []
    assert [(m.words, m.sent_at, m.number) for m in sent] == [
        ("路灯不亮", datetime(2019, 8, 19, 11, 48, 23, tzinfo=ZONE), "#2")
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2019/8/19 11:48:23", datetime(2019, 8, 19, 11, 48, 23, tzinfo=ZONE)),
        ("2019/8/9 1:02", datetime(2019, 8, 9, 1, 2, tzinfo=ZONE)),
        ("2019-08-19 11:48:23", datetime(2019, 8, 19, 11, 48, 23, tzinfo=ZONE)),
        ("2019-08-19T03:48:23Z", datetime(2019, 8, 19, 3, 48, 23, tzinfo=UTC)),
        ("2019年8月19日11时48分", datetime(2019, 8, 19, 11, 48, tzinfo=ZONE)),
        ("2019-08-19", datetime(2019, 8, 19, tzinfo=ZONE)),
    ],
)
def test_times_come_in_many_shapes(text, meant):
    assert moment(text) == meant


@pytest.mark.parametrize("text", ["", "soon", "2019/13/1 1:00:00", "2019/2/30 1:00", "19/8/2019"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        moment(text)


def test_each_bad_row_is_told_with_its_line_and_reason(tmp_path, settings):
    settings.LANGUAGE_CODE = "en"
    path = written(
        tmp_path / "m.csv",
        "number,title,text,time,lat,lng\n"
        "1,,井盖不见了,2021/3/1 10:00:00,,\n"
        "2,,,2021/3/1 10:00:00,,\n"
        '3,,"两行\n的话",yesterday,,\n'
        "1,,又来了,2021/3/1 10:00:00,,\n"
        "5,,只有纬度,2021/3/1 10:00:00,25.02,\n"
        "6,,北纬,2021/3/1 10:00:00,north,110.1\n"
        "7,,很久以前,1066/3/1 10:00:00,,\n",
    )

    assert reasons(path) == [
        (3, "It has no text."),
        (4, "“yesterday” is not a time."),
        (6, "The number 1 stands in line 2 already."),
        (7, "Of latitude and longitude only one is given."),
        (8, "“north” is not a number of degrees."),
        (9, "The year 1066 cannot be right."),
    ]


def test_a_text_too_long_and_a_null_byte(tmp_path):
    path = written(
        tmp_path / "m.csv",
        HEADER + f"1,,{'长' * 20_001},2021/3/1 10:00\n2,,有\x00一个空字节,2021/3/1 10:00\n",
    )

    sent, rejects, _columns = read(path)

    assert [message.words for message in sent] == ["有一个空字节"]
    assert [reject.line for reject in rejects] == [2]


@pytest.mark.parametrize(
    "content",
    [b"title,body\n1,2\n", b"", b"\xff\xff\xff\xff", b"\xff\xfe" + "text".encode("utf-16-le")],
)
def test_a_file_that_is_no_table_of_messages_is_refused_whole(tmp_path, content):
    path = tmp_path / "m.csv"
    path.write_bytes(content)

    with pytest.raises(BadFile):
        read(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BadFile):
        read(tmp_path / "nowhere.csv")


def test_rejects_are_written_whole(tmp_path):
    path = written(tmp_path / "m.csv", HEADER + "1,题,,2021/3/1 10:00\n2,,,2021/3/1 10:00\n")
    _sent, rejects, columns = read(path)
    messages.write_rejects(tmp_path / "out.csv", rejects, columns)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [(row["line"], row["number"], bool(row["reason"])) for row in rows] == [("3", "2", True)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.csv", "out.csv"]
