"""Every page of ours in a real browser: both languages, every mode, every width, long names.

Which pages there are is told in tests/pages.py; an address that is not told of there fails here.
Each page is opened once in each language and resized. EVERY_PAGE=whole, as `make every-page` sets
it, asks axe in every language and mode: docs/every-page.md says what is left out without it.
"""

import os
import re

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Shown

from grids.models import Area, Department
from tests import looks
from tests.browser import administration
from tests.browser.administration import ADMINISTRATORS, GENERAL, MODELS
from tests.browser.readers import District
from tests.doors import addresses
from tests.pages import NO_PAGES, PAGES, Page
from tests.test_doors import DOORS

pytestmark = pytest.mark.slow

WHOLE = os.environ.get("EVERY_PAGE") == "whole"
# Dark is other colours on the same page; nothing else of it can have changed.
COLOURS = () if WHOLE else ("color-contrast", "link-in-text-block")
SOME_WIDTHS = (320, 390, 768, 1366)
HEAVIEST_PUBLIC = 150 * 1024


@pytest.mark.django_db
def test_there_is_a_database_when_this_file_runs_alone():
    """pytest-django makes one only where a test asks for it itself; the others share a district."""
    assert Area._meta.db_table in connection.introspection.table_names()


def opened(page: Shown, peopled: District, ours: Page) -> None:
    answer = page.goto(peopled.url + ours.address(peopled.things))
    assert answer is not None
    assert answer.status == ours.status


@pytest.mark.parametrize("ours", PAGES, ids=lambda ours: f"{ours.slug}-{ours.who}")
def test_a_page_is_whole(peopled: District, browser: Browser, ours: Page):
    with peopled.reader(browser, ours.who) as page:
        complaints, sizes = looks.listen(page), looks.counted(page)
        opened(page, peopled, ours)
        looks.settle(page)
        weight = sum(sizes)
        found = looks.frame(page, "zh-hans", ours.kind) + looks.words(page, "zh-hans")
        found += looks.axe(page) + looks.widths(page)
        if ours.kind in ("staff", "error"):
            found += in_the_dark(page)
        if ours.kind == "public":
            found += [] if weight <= HEAVIEST_PUBLIC else [f"weighs {weight} bytes"]
            found += in_large_letters(page, peopled)
        found += in_english(page, peopled, ours)

    # Of a page that says "there is no such thing" the console complains as it should.
    assert found + [line for line in complaints if f"status of {ours.status} " not in line] == []


def in_the_dark(page: Shown, levels: tuple[str, ...] = ()) -> list[str]:
    """Say what is wrong with the page where the system is dark."""
    # Without motion: colours are there at once, not on their way.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found = [f"dark: {fault}" for fault in looks.axe(page, levels=levels, rules=COLOURS)]
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    return found


def in_large_letters(page: Shown, peopled: District) -> list[str]:
    """Say what is wrong with the page as elders read it."""
    peopled.keep(page, "mode", "elder")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    assert page.locator("html[data-mode=elder]").count() == 1
    found = looks.axe(page) + looks.widths(page, looks.PHONES)
    peopled.keep(page, "mode", "")
    return [f"elder: {fault}" for fault in found]


def in_english(page: Shown, peopled: District, ours: Page) -> list[str]:
    """Say what is wrong with the page for who reads English: longer words, the same drawing."""
    peopled.read_in(page, ours.who, "en")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.reload()
    looks.settle(page)
    found = looks.frame(page, "en", ours.kind)
    if WHOLE:
        found += looks.axe(page)
        if ours.kind == "staff":
            found += in_the_dark(page)
    found += looks.widths(page, looks.WIDTHS if WHOLE else SOME_WIDTHS)
    if WHOLE and ours.kind == "public":
        found += in_large_letters(page, peopled)
    return [f"in English: {fault}" for fault in found]


# The mark asks for the database that the district of this module is written into.
@pytest.mark.django_db
def test_every_address_that_can_be_read_is_a_page_or_is_none():
    readable = {door.name for door in DOORS if door.method == "GET"}

    assert readable - {page.name for page in PAGES} - set(NO_PAGES) == set()
    assert set(NO_PAGES) <= readable


# --- Django's own administration -----------------------------------------------------------------

BAD = ("serious", "critical")


def opened_by(page: Shown, address: str) -> list[str]:
    """Say what is seriously wrong with a page that is not ours."""
    complaints = looks.listen(page)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    found = looks.words(page, "zh-hans") + looks.axe(page, levels=BAD)
    if WHOLE or address.partition("?")[0].endswith("/admin/"):
        found += in_the_dark(page, BAD)
    return found + complaints


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_the_administration_of_a_model_is_usable(peopled: District, browser: Browser, model):
    first, found, opened = model._default_manager.first(), {}, set()
    often = administration.OFTEN_OF_TABLES if model is Department else administration.OFTEN
    for what, name in administration.named(model).items():
        of_one = what in administration.OF_ONE
        if (of_one and first is None) or not (WHOLE or what in often):
            continue
        address = reverse(name, args=[first.pk] if of_one else [])
        if who := administration.opener(address, peopled):
            opened.add(what)
            with peopled.reader(browser, who) as page:
                if faults := opened_by(page, peopled.url + address):
                    found[what] = faults

    assert found == {}
    assert "changelist" in opened


@pytest.mark.parametrize("name", GENERAL)
@pytest.mark.parametrize("who", ADMINISTRATORS)
def test_the_rest_of_the_administration_is_usable(
    peopled: District, browser: Browser, name: str, who: str
):
    view, asked, query = name.partition("?")
    address = reverse(view, kwargs=GENERAL[name]) + asked + query
    if not administration.opener(address, peopled, (who,)):
        assert name in administration.NOT_EVERYBODYS
        return
    with peopled.reader(browser, who) as page:
        assert opened_by(page, peopled.url + address) == []


def test_every_address_of_the_administration_is_a_models_or_told_of():
    ours = {name for name, _ in addresses() if name.startswith("admin:")}
    models = {name for model in MODELS for name in administration.named(model).values()}

    assert ours - models - set(GENERAL) - set(administration.NO_PAGES) == set()


# --- Without scripts -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", sorted({ours.who for ours in PAGES}))
def test_without_scripts_a_page_says_what_it_is(peopled: District, browser: Browser, who: str):
    silent = []
    with peopled.reader(browser, who, java_script_enabled=False) as page:
        for ours in (ours for ours in PAGES if ours.who == who):
            opened(page, peopled, ours)
            # Beside its title it shows something, or says why it does not.
            words = page.locator("main").inner_text()
            if page.locator("h1").count() != 1 or len(words) <= 20:
                silent.append(ours.slug)

    assert silent == []


def test_without_scripts_a_report_is_sent_and_answered(peopled: District, browser: Browser):
    with peopled.reader(browser, "anonymous", java_script_enabled=False) as page:
        page.goto(f"{peopled.url}/report/")
        page.locator("[name=words]").fill("门口的路灯不亮了，晚上看不见路")
        page.locator("select[name=area_code]").select_option(peopled.hard.area_code[:12])
        page.locator("main form .button-seal").click()
        expect(page.locator(".alike, section[data-receipt]").first).to_be_visible()
        # What is alike nearby is shown once before it is sent.
        if page.locator(".alike").count():
            page.locator("main form .button-seal").click()

        expect(page).to_have_url(re.compile("/report/done/$"))
        expect(page.locator("h1")).to_have_text("收到了")


@pytest.mark.parametrize("path", ["/signin/", "/track/"])
def test_without_scripts_a_wrong_form_answers_in_words(
    peopled: District, browser: Browser, path: str
):
    with peopled.reader(browser, "anonymous", java_script_enabled=False) as page:
        page.goto(f"{peopled.url}{path}")
        for field in page.locator("main form input:not([type=hidden])").all():
            field.fill("000000")
        page.locator("main form button").first.click()

        expect(page.locator("[role=alert]").first).not_to_be_empty()


def test_without_scripts_a_centre_comments(peopled: District, browser: Browser):
    with peopled.reader(browser, "district", java_script_enabled=False) as page:
        page.goto(f"{peopled.url}/tickets/{peopled.things['number']}/moves/comment/")
        page.locator("main textarea").first.fill("已电话联系，下午去看")
        page.locator("main form button").first.click()

        expect(page.locator("[role=status]").first).not_to_be_empty()
        expect(page.locator("main")).to_contain_text("已电话联系，下午去看")
