"""The bench works and is honest: what it could not measure it says, and it says why."""

import json
from pathlib import Path

import pytest

from bench import __main__ as runner
from bench import report, snapshot, viewport
from bench.lines import Result


def test_a_ratio_is_the_median_of_its_rounds_and_met_says_what_it_reaches():
    slower = Result("a", "", [10, 30, 20], "", [10, 10, 10], "ms", goal=2)
    faster = Result("b", "", [1, 1, 1], "", [10, 4, 5], "/s", goal=0.25, at_least=True)

    assert (slower.rounds, slower.ratio, slower.met) == ([1, 3, 2], 2, True)
    assert (faster.ratio, faster.met, faster.said_goal) == (0.2, False, "≥ 0.25")
    assert Result("c", "", [1], "", [1], "ms").met is None


def test_what_fails_is_not_met_and_says_why_and_the_rest_goes_on(tmp_path, capsys):
    class Ground:
        def copy(self, name: str) -> None: ...

        def drop(self, name: str) -> None: ...

        def run(self, *arguments: str, database: str, within: float) -> None:
            if "climb" in arguments or "intake" in arguments:
                raise RuntimeError("no room | left")
            good = Result("locate", "a point", [1.0], "few", [1.0], "µs", goal=2)
            Path(arguments[-1]).write_text(json.dumps(good.as_json()) + "\n")

    found = []
    for name in ("place", "intake"):
        bench = next(one for one in runner.BENCHES if one.name == name)
        found += runner._measured(Ground(), bench, None, tmp_path)
    report.write(found, tickets=400, took="1 min", into=tmp_path)

    assert json.loads((tmp_path / "results.json").read_text()) == {
        "locate": {"ratio": 1.0, "goal": "≤ 2", "met": True, "rounds": [1.0]},
        "intake": {"ratio": None, "goal": "≥ 0.25", "met": False, "rounds": [],
                   "why": "no room | left"},
    }  # fmt: skip
    page = (tmp_path / "bench.md").read_text()
    assert "| locate | a point | 1 µs | few: 1 µs | 1.00 | ≤ 2 | yes |" in page
    assert "| intake | not measured: no room / left | | | | ≥ 0.25 | **no** |" in page
    assert "no room" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_benches_that_need_no_server_measure_something(cast, monkeypatch):
    monkeypatch.setattr(snapshot, "DOTS", 40)
    monkeypatch.setattr(viewport, "ROUNDS", 2)

    results = [line for bench in (snapshot, viewport) for line in bench.measure()]

    assert {line.path for line in results} >= {"snapshot", "map view"}
    assert all(took > 0 for line in results for took in (*line.ours, *line.theirs))
