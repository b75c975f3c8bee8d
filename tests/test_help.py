"""Help and the tour: whole in both languages for each audience, kept with the account."""

from html import escape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from people.models import User
from tests.test_languages import leftovers, written  # noqa: F401  a fixture
from tests.test_ways import HOMES, browser_of
from tonglianggov.guide.choose import GUIDES, guide_of

SLUGS = {
    "district": "centre", "worker": "worker", "leader": "leader", "department": "department",
    "sysadmin": "system_admin", "secadmin": "security_admin", "auditor": "auditor",
}  # fmt: skip


@pytest.mark.parametrize("slug", GUIDES)
def test_a_guide_has_five_steps_and_answers(slug):
    guide = GUIDES[slug]

    assert len(guide.stops) == 5
    assert len(guide.answers) >= 2
    assert slug == "resident" or all(stop.at for stop in guide.stops)


@pytest.mark.parametrize("slug", GUIDES)
def test_help_is_chinese_throughout(client, tiny, written, slug):  # noqa: F811
    page = client.get(f"/help/{slug}/", headers={"accept-language": "zh-CN"}).text

    assert leftovers(page, written["zh_Hans"]) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("slug", GUIDES)
def test_help_shows_every_step_and_whom_to_call(client, tiny, slug, language):
    answer = client.get(f"/help/{slug}/", headers={"accept-language": language})

    with translation.override(language):
        for stop in GUIDES[slug].stops:
            assert escape(str(stop.title)) in answer.text
    assert all(f"tel:{one['number']}" in answer.text for one in tiny.emergency_numbers)


def test_help_without_a_picture_is_help_in_words(client, tiny, monkeypatch):
    monkeypatch.setattr("tonglianggov.guide.views.finders.find", lambda name: None)

    assert "help-picture" not in client.get("/help/centre/").text


def test_no_such_help_is_not_found(client, tiny):
    assert client.get("/help/nobody/").status_code == 404


@pytest.mark.parametrize("name", SLUGS)
def test_ones_own_help_comes_first_and_restarts_the_tour(cast, name):
    client = browser_of(getattr(cast, name))

    assert guide_of(getattr(cast, name)) is GUIDES[SLUGS[name]]
    assert client.get("/help/").context["own"] is GUIDES[SLUGS[name]]
    assert 'name="again"' in client.get(f"/help/{SLUGS[name]}/").text
    again = client.post("/help/tour/", {"again": ""})
    assert again.url == reverse(HOMES[name]) + "?tour=1"
    assert 'id="tour"' in client.get(again.url).text


def test_the_tour_is_noted_once_and_shown_no_more(cast):
    user = cast.district
    client = browser_of(user)
    assert client.post("/help/tour/").status_code == 204

    seen_at = User.objects.get(pk=user.pk).tour_seen_at
    client.post("/help/tour/")
    assert User.objects.get(pk=user.pk).tour_seen_at == seen_at
    assert seen_at <= timezone.now()


def test_the_tour_is_shown_only_where_it_was_asked_for(cast):
    client = browser_of(cast.district)

    assert 'id="tour"' not in client.get("/console/").text
    assert 'id="tour"' not in client.get("/tickets/?tour=1").text
    assert 'id="tour"' not in Client().get("/?tour=1").text
