"""The catalogue fits what the verbs of tickets post."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from notices.catalogue import CATALOGUE, Readers

_ADDED = {"tell": {"number"}, "tell_by_id": {"number"}, "tell_reporter": {"number", "code"}}


def posts():
    """Each tell(…, "code", …) and tell_reporter(…) in the lifecycle: (where, who, code, params)."""
    for path in sorted((Path(settings.ROOT) / "tickets").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            who = node.func.attr
            codes = [a.value for a in node.args if isinstance(a, ast.Constant)]
            if who in _ADDED and codes:
                params = {k.arg for k in node.keywords} - {"but", "ticket", "wait"} | _ADDED[who]
                yield f"{path.name}:{node.lineno}", who, codes[0], params


@pytest.mark.parametrize(("where", "who", "code", "params"), list(posts()))
def test_what_is_posted_can_be_worded_for_whom_it_is_posted(where, who, code, params):
    entry = CATALOGUE[code]
    reader = Readers.REPORTER if who == "tell_reporter" else Readers.STAFF

    assert entry.readers in (reader, Readers.BOTH), where
    assert set(entry.needs) <= params <= set(entry.params), where


def test_there_is_something_to_check():
    assert len(list(posts())) > 10
