"""Every page of ours in a real browser: both languages, every mode, every width, long names.

Which pages there are is told in tests/pages.py; an address that is not told of there fails here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from people.models import User
from tests import looks
from tests.doors import World
from tests.pages import NO_PAGES, PAGES
from tests.pages import Page as Ours
from tests.test_doors import DOORS
from tickets import lifecycle, photos, statistics
from tickets.models import EventType

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LANGUAGES = ("zh-hans", "en")
# A name as long as they get, and one that is read from the right.
LONG, FROM_THE_RIGHT = (
    "阿卜杜热合曼·买买提艾力江·欧阳上官司马诸葛" * 2,
    "محمد بن عبد الرحمن الفارسي",
)
UNBROKEN = "https://example.org/" + "a-very-long-address-without-a-space" * 4
ADMIN = ("admin:index", *(
    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    for model in admin.site._registry
))  # fmt: skip


class District:
    """The world of the doors, full of names that are hard to show, behind a running server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.world = World()
        User.objects.update(full_name=LONG)
        User.objects.filter(username__in=("department", "worker")).update(full_name=FROM_THE_RIGHT)
        hard = lifecycle.report(
            key=uuid4(), words=UNBROKEN, at=timezone.now(), area_code=self.world.own.area_code,
            contact_name=FROM_THE_RIGHT, contact_phone="13812345678",
            event_type=EventType.objects.get(code="0104"),
        )  # fmt: skip
        # Beside the doors' picture, which is never shown small there.
        Path(settings.MEDIA_ROOT, photos._small("door.jpg")).write_bytes(b"picture")
        statistics.refresh(at=timezone.now())
        # The request on the first one is there to be decided; this one can still be asked for.
        own = {name: kinds["own"] for name, kinds in self.world.things.items()}
        self.things = own | {"number": hard.number, "code": hard.code, "reachable": hard.number}
        self.hard = hard

    def cookies(self, who: str) -> SimpleCookie:
        """Return the cookies of this reader; whoever reports also holds the receipts."""
        if who in ("anonymous", "device"):
            return self.world.keys[who][0]
        client = Client()
        if who in self.world.users:
            client.force_login(self.world.users[who])
        session = client.session
        session["receipts"] = session["followed"] = [self.hard.pk, self.world.own.pk]
        session["done"], session["reported_on_behalf"] = self.hard.code, self.hard.pk
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client.cookies

    @contextmanager
    def reader(self, browser: Browser, who: str, language: str, **given) -> Iterator[Page]:
        """Open a browser as this reader, who reads this language."""
        if who in self.world.users:
            User.objects.filter(username=who).update(language=language)
        context: BrowserContext = browser.new_context(
            **{"viewport": {"width": 1366, "height": 768}, "service_workers": "block"} | given
        )
        cookies = {name: morsel.value for name, morsel in self.cookies(who).items()}
        cookies[settings.LANGUAGE_COOKIE_NAME] = language
        context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in cookies.items()]
        )
        yield context.new_page()
        context.close()


@pytest.fixture(scope="module")
def district(_live_server, django_db_blocker) -> Iterator[District]:
    """One district for all pages: nothing here writes what another page would miss."""
    with django_db_blocker.unblock():
        try:
            yield District(_live_server.url)
        finally:
            call_command(
                "flush", verbosity=0, interactive=False, reset_sequences=False,
                inhibit_post_migrate=True,
            )  # fmt: skip


def modes(kind: str) -> list[dict]:
    """Return what a page must be good in, beside both languages: options of a browser."""
    if kind == "staff":
        return [{"color_scheme": "light"}, {"color_scheme": "dark"}]
    return [{}]


@pytest.mark.parametrize("ours", PAGES, ids=lambda ours: f"{ours.slug}-{ours.who}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_whole(district: District, browser: Browser, ours: Ours, language: str):
    found: list[str] = []
    for mode in modes(ours.kind):
        with district.reader(browser, ours.who, language, **mode) as page:
            complaints = looks.listen(page)
            answer = page.goto(district.url + ours.address(district.things))
            looks.settle(page)
            assert answer is not None
            assert answer.status == 200
            found += looks.frame(page, language, ours.kind)
            found += looks.axe(page)
            if mode != {"color_scheme": "dark"}:
                found += looks.words(page, language)
                found += looks.widths(page, looks.WALLS if ours.kind == "wall" else looks.WIDTHS)
            if ours.kind == "public":
                found += elder(page, district.url)
            found += complaints

    assert found == []


def elder(page: Page, url: str) -> list[str]:
    """Say what is wrong with the page in large letters."""
    page.context.add_cookies([{"name": "mode", "value": "elder", "url": url}])
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    assert page.locator("html[data-mode=elder]").count() == 1
    return [f"elder: {fault}" for fault in looks.axe(page) + looks.widths(page, looks.PHONES)]


@pytest.mark.parametrize("name", ADMIN)
def test_the_administration_has_no_serious_fault(district: District, browser: Browser, name: str):
    with district.reader(browser, "sysadmin", "zh-hans") as page:
        complaints = looks.listen(page)
        answer = page.goto(district.url + reverse(name))
        assert answer is not None
        if answer.status == 403:
            # Another administrator's; two of them never hold the same rights.
            return
        serious = looks.axe(page, levels=("serious", "critical"))

    assert serious + complaints == []


# The mark asks for the database that the district of this module is written into.
@pytest.mark.django_db
def test_every_address_that_can_be_read_is_a_page_or_is_none():
    readable = {door.name for door in DOORS if door.method == "GET"}

    assert readable - {page.name for page in PAGES} - set(NO_PAGES) == set()
    assert set(NO_PAGES) <= readable


# --- Weights -------------------------------------------------------------------------------------

HEAVIEST_PUBLIC = 150 * 1024


@pytest.mark.parametrize(
    "ours", [page for page in PAGES if page.kind == "public"], ids=lambda ours: ours.slug
)
def test_a_public_page_is_light(district: District, browser: Browser, ours: Ours):
    with district.reader(browser, ours.who, "zh-hans") as page:
        weight = looks.weigh(page, district.url + ours.address(district.things))

    assert weight <= HEAVIEST_PUBLIC


# --- Without scripts -----------------------------------------------------------------------------


@pytest.mark.parametrize("ours", PAGES, ids=lambda ours: f"{ours.slug}-{ours.who}")
def test_without_scripts_a_page_says_what_it_is(district: District, browser: Browser, ours: Ours):
    with district.reader(browser, ours.who, "zh-hans", java_script_enabled=False) as page:
        answer = page.goto(district.url + ours.address(district.things))
        assert answer is not None
        assert answer.status == 200
        words = page.locator("main").inner_text()

        assert page.locator("h1").count() == 1
        # Beside its title it shows something, or says why it does not.
        assert len(words) > 20


def test_without_scripts_a_report_is_sent_and_answered(district: District, browser: Browser):
    with district.reader(browser, "anonymous", "zh-hans", java_script_enabled=False) as page:
        page.goto(f"{district.url}/report/")
        page.locator("[name=words]").fill("门口的路灯不亮了，晚上看不见路")
        page.locator("select[name=area_code]").select_option(district.hard.area_code[:12])
        page.locator("form button[type=submit]").last.click()
        # What is alike nearby is shown once before it is sent.
        if "/done/" not in page.url:
            page.locator("form button[type=submit]").last.click()

        assert page.url.endswith("/report/done/")
        assert page.locator("h1").inner_text() == "收到了"


@pytest.mark.parametrize("path", ["/signin/", "/track/"])
def test_without_scripts_a_wrong_form_answers_in_words(district, browser: Browser, path: str):
    with district.reader(browser, "anonymous", "zh-hans", java_script_enabled=False) as page:
        page.goto(f"{district.url}{path}")
        for field in page.locator("main form input:not([type=hidden])").all():
            field.fill("000000")
        page.locator("main form button").first.click()

        assert page.locator("[role=alert]").first.inner_text().strip()


def test_without_scripts_a_centre_comments(district: District, browser: Browser):
    with district.reader(browser, "district", "zh-hans", java_script_enabled=False) as page:
        page.goto(f"{district.url}/tickets/{district.things['number']}/moves/comment/")
        page.locator("main textarea").first.fill("已电话联系，下午去看")
        page.locator("main form button").first.click()

        assert page.locator("[role=status]").first.inner_text().strip()
        assert "已电话联系，下午去看" in page.locator("main").inner_text()
