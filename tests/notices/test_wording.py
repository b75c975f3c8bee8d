import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from notices import wording
from notices.catalogue import CATALOGUE, Param

SAMPLES = {
    "number": "AB-20260302-00007", "code": "ABCDEFGH23", "other": "AB-20260301-00001",
    "unit": "ROADS", "type": "C01", "area": "990001001001", "reason": "R05", "share": 90,
    "clock": "resolve", "state": "handling", "kind": "extension", "granted": True,
    "grade": "key",
}  # fmt: skip
VARIANTS = {
    "state": ["accepted", "dispatched", "signed", "handling", "resolved", "closed", "another"],
    "clock": ["accept", "decide", "sign", "resolve"],
    "kind": ["return", "extension", "suspension", "reopening", "another"],
    "granted": [True, False],
    "grade": ["general", "key", "listed"],
}


def sample(template: str) -> dict:
    return {
        name: "2026-03-04T09:30:00+00:00" if kind == Param.TIME else SAMPLES[name]
        for name, kind in CATALOGUE[template].params.items()
    }


def cases():
    """Every notice with all params, with only those it needs, and with each value that it tells."""
    for template, entry in CATALOGUE.items():
        whole = sample(template)
        needed = {name: whole[name] for name in entry.needs}
        some = [whole, needed]
        for name in sorted(set(VARIANTS) & set(whole)):
            some += [base | {name: value} for base in (whole, needed) for value in VARIANTS[name]]
        for number, params in enumerate(some):
            yield pytest.param(template, params, id=f"{template}-{number}")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("template", "params"), list(cases()))
def test_every_notice_is_worded_in_both_languages(template, params, language):
    wording.check(template, params)

    text = wording.text_of(template, params, language)

    assert params["number"] in text
    assert not re.search(r"%\(|%%|\{|\}|None|\n|  |<|>", text), text
    assert 10 < len(text) < 250
    assert text[-1] in ".\u3002"


def test_the_catalogue_and_the_templates_are_the_same_list():
    folder = Path(django_settings.ROOT) / "templates" / "notices"

    assert {path.stem for path in folder.glob("*.txt")} == set(CATALOGUE)


@pytest.mark.parametrize("template", sorted(CATALOGUE))
def test_no_param_is_carried_for_nothing(template):
    """Each param changes what some reader reads."""
    whole = sample(template)
    for name in CATALOGUE[template].params:
        values = ["", *VARIANTS.get(name, [whole[name]])]
        others = [whole, {k: v for k, v in whole.items() if k != "code"}]
        seen = {
            wording.text_of(template, other | {name: value}, "en")
            for other in others
            for value in values
        }
        assert len(seen) > 1 or name in ("code", "share"), name


def test_times_are_local_and_names_are_looked_up_in_the_readers_language(settings):
    settings.NOTICE_NAMES = "tests.notices.conftest.names"

    text = wording.text_of("report_received", sample("report_received"), "en")

    assert text == (
        "We have received your report AB-20260302-00007. <unit ROADS en> will see to it by "
        "2026-03-04 17:30. You can follow it with the code ABCDEFGH23 and your PIN."
    )


def test_names_with_signs_are_shown_as_they_are(settings):
    """A text message is no web page: nothing in it is escaped for one."""
    settings.NOTICE_NAMES = "tests.notices.conftest.names"

    assert "<unit A&B en>" in wording.text_of("dispatched", {"number": "1", "unit": "A&B"}, "en")


@pytest.mark.parametrize(
    ("template", "params"),
    [
        ("no_such_notice", {}),
        ("dispatched", {"number": "1"}),
        ("dispatched", {"number": "1", "unit": "long" * 20}),
        ("dispatched", {"number": "1", "unit": ["A"]}),
    ],
)
def test_what_cannot_be_worded_is_refused_when_it_is_posted(template, params):
    with pytest.raises(wording.NotInCatalogue):
        wording.check(template, params)
