"""Who opens every page in a browser: the world of the doors, full of names hard to show."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from people.models import SecondFactor, User
from tests.doors import World
from tickets import lifecycle, photos, statistics
from tickets.models import EventType

# A name as long as they get, and one that is read from the right.
LONG, FROM_THE_RIGHT = (
    "阿卜杜热合曼·买买提艾力江·欧阳上官司马诸葛" * 2,
    "محمد بن عبد الرحمن الفارسي",
)
UNBROKEN = "https://example.org/" + "a-very-long-address-without-a-space" * 4


class District:
    """A running server with everybody and everything that pages.py tells of."""

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
        SecondFactor.objects.create(
            user=self.world.users["secadmin"], secret="A" * 32, confirmed_at=timezone.now()
        )
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
        if who == "halfway":
            now = int(timezone.now().timestamp())
            session["waiting_for_code"] = [self.world.users["secadmin"].pk, now]
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client.cookies

    @contextmanager
    def reader(self, browser: Browser, who: str, **given) -> Iterator[Page]:
        """Open a browser as this reader, who reads Chinese until read_in() says otherwise."""
        context: BrowserContext = browser.new_context(
            **{"viewport": {"width": 1366, "height": 768}, "service_workers": "block"} | given
        )
        cookies = {name: morsel.value for name, morsel in self.cookies(who).items()}
        context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in cookies.items()]
        )
        page = context.new_page()
        self.read_in(page, who, "zh-hans")
        yield page
        context.close()

    def read_in(self, page: Page, who: str, language: str) -> None:
        """From the next page on, this reader reads this language."""
        if who in self.world.users:
            User.objects.filter(username=who).update(language=language)
        self.keep(page, settings.LANGUAGE_COOKIE_NAME, language)

    def keep(self, page: Page, name: str, value: str) -> None:
        """Give the browser a cookie."""
        page.context.add_cookies([{"name": name, "value": value, "url": self.url}])


@pytest.fixture(scope="module")
def peopled(_live_server, django_db_blocker) -> Iterator[District]:
    """One district for all tests of a module: none writes what another one would miss."""
    with django_db_blocker.unblock():
        try:
            yield District(_live_server.url)
        finally:
            call_command(
                "flush", verbosity=0, interactive=False, reset_sequences=False,
                inhibit_post_migrate=True,
            )  # fmt: skip
