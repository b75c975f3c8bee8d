"""The public pages in general: languages, weights, policy, the small map."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

from people.models import User
from tests.tickets.public.residents import (
    LANGUAGES,
    OUT,
    act,
    browser,
    said,
    text_of,
)
from tests.tickets.two_towns import IN_REED, LOTUS, OUTSIDE, REED

pytestmark = pytest.mark.django_db


# --- The pages, for everybody -------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/report/", "/track/", "/track/ABCDEFGHJK/", "/about/"])
def test_every_page_opens_without_an_account_in_both_languages(path, language):
    page = browser(language).get(path)
    assert page.status_code == 200
    assert f'<html lang="{language}"' in text_of(page)
    assert ("试县·一键呼应" if language == "zh-hans" else "Trial District calls") in text_of(page)


def test_the_form_shows_the_emergency_numbers_before_anything_else(resident):
    page = text_of(resident.get("/report/"))
    assert re.findall(r'href="tel:(\d+)"', page) == ["110", "119", "120"]
    assert page.index("tel:110") < page.index('<form method="post" action="/report/"')


def test_pages_have_nothing_inline_that_the_policy_would_refuse(resident):
    for path in ["/report/", "/track/", "/about/"]:
        page = text_of(resident.get(path))
        assert not re.search(r'\sstyle="|\son[a-z]+="|<style|<script(?![^>]*\ssrc=)', page), path


def test_the_first_page_weighs_less_than_150_kilobytes(resident):
    page = resident.get("/report/")
    weight = len(gzip.compress(page.content))
    for name in re.findall(r'(?:href|src)="/static/([^"#]+)', text_of(page)):
        if "leaflet" not in name:
            weight += len(gzip.compress(Path(settings.ROOT, "static", name).read_bytes()))
    assert weight < 150_000


def test_staff_who_open_the_first_page_are_led_to_their_work():
    client = browser()
    client.force_login(User.objects.get(username=f"duty-{REED}"))
    page = client.get("/")
    assert (page.status_code, page.url) == (302, "/console/")


def test_large_type_is_a_switch_that_stays_and_goes(resident):
    on = resident.post("/elder/", {"next": "/track/"})
    assert (on.status_code, on.url) == (302, "/track/")
    assert 'data-mode="elder"' in text_of(resident.get("/report/"))
    resident.post("/elder/", {"next": "/report/"})
    assert 'data-mode="elder"' not in text_of(resident.get("/report/"))


def test_the_switch_leads_nowhere_else(resident):
    assert resident.post("/elder/", {"next": "https://elsewhere.example/"}).url == "/"


# --- The small map --------------------------------------------------------------------------------


def test_the_outlines_are_small_public_and_asked_for_once(resident):
    first = resident.get("/areas/outline.json")
    collection = first.json()
    assert [f["properties"]["level"] for f in collection["features"]] == ["district"] + ["town"] * 2
    assert "public" in first["Cache-Control"]
    again = resident.get("/areas/outline.json", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("point", "status", "answer"),
    [
        (IN_REED, 200, {"village": REED, "grid": f"{REED}001",
                        "names": ["Westbank", "Reed", "Grid 1"]}),
        ((29.82, 106.06), 200, {"village": LOTUS, "grid": None, "names": ["Eastbank", "Lotus"]}),
        (OUTSIDE, 200, {"names": [], "sentence": OUT}),
        (("x", ""), 200, {"names": [], "sentence": "Latitude and longitude must be numbers."}),
    ],
)  # fmt: skip
def test_the_pin_says_whose_land_it_stands_on(resident, point, status, answer):
    response = resident.get("/where/", {"lat": point[0], "lng": point[1]})
    said = response.json()
    said.pop("outline", None)
    assert (response.status_code, said) == (status, answer)


def test_a_script_that_walks_the_map_is_slowed_down(resident, clock_stands):
    codes = [resident.get("/where/?lat=29.82&lng=106.01").status_code for _ in range(70)]
    assert (codes[0], codes[-1]) == (200, 429)


# --- How much a page asks of the database ---------------------------------------------------------


def test_pages_ask_the_database_a_few_questions_however_long_the_story(
    resident, ticket, clock_stands, django_assert_max_num_queries
):
    for path in ["/report/", "/report/done/", "/track/", f"/track/{ticket.code}/"]:
        resident.get(path)
    for number in range(30):
        act(resident, ticket, "comment", words=f"word {number}")
    said(resident)
    # Two of the form's are: how fast do reports come, from here and from everybody?
    most = {"/report/": 8, "/report/done/": 4, "/track/": 4, f"/track/{ticket.code}/": 13}
    for path, queries in most.items():
        with django_assert_max_num_queries(queries):
            assert resident.get(path).status_code == 200
