"""What is written back of a file of messages that could not be sent."""

import csv

from tickets.simulation.messages import read, write_rejects


def test_a_strangers_words_are_no_formula_in_a_spreadsheet(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text(
        "number,title,text,sent_at,lat\n"
        '1,"=HYPERLINK(""http://x"")",@SUM(A1),never,-3.5\n'
        "2,+86 的路灯,-坏了,never,25.0\n",
        encoding="utf-8",
    )
    _sent, rejects, columns = read(path)

    write_rejects(tmp_path / "out.csv", rejects, columns)

    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [tuple(row[c] for c in ("title", "text", "lat")) for row in csv.DictReader(file)]
    assert rows == [
        ('\'=HYPERLINK("http://x")', "'@SUM(A1)", "-3.5"),
        ("'+86 的路灯", "'-坏了", "25.0"),
    ]
