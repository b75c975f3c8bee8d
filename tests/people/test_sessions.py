from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from people import sessions
from people.models import AuditEntry, SignedIn
from people.sessions import Ended
from tests.people.conftest import MONDAY, PASSWORD

IDLE, WHOLE = timedelta(minutes=30), timedelta(hours=10)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.SESSION_IDLE_LIMIT = int(IDLE.total_seconds())
    settings.SESSION_ABSOLUTE_LIMIT = int(WHOLE.total_seconds())
    settings.SESSIONS_EACH = 3


@pytest.mark.parametrize(
    ("since_sign_in", "since_click", "verdict"),
    [
        (timedelta(0), timedelta(0), None),
        (IDLE, IDLE - SECOND, None),
        (IDLE, IDLE, Ended.IDLE),
        (WHOLE - SECOND, timedelta(0), None),
        (WHOLE, timedelta(0), Ended.TOO_LONG),
        (WHOLE + IDLE, IDLE, Ended.TOO_LONG),
    ],
)
def test_a_session_ends_after_half_an_hour_without_a_click_or_ten_hours(
    since_sign_in, since_click, verdict
):
    found = sessions.verdict(
        signed_in_at=int((MONDAY - since_sign_in).timestamp()),
        seen_at=int((MONDAY - since_click).timestamp()),
        at=MONDAY,
    )

    assert found == verdict


@pytest.fixture
def sign_in(client, worker):
    def signed_in(browser=client):
        response = browser.post("/signin/", {"username": "worker", "password": PASSWORD})
        assert response.status_code == 302
        return browser

    return signed_in


def moved(browser, **back):
    """Let the session have begun, and been used, earlier than it was."""
    session = browser.session
    for key, time in back.items():
        session[key] -= int(time.total_seconds())
    session.save()


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(sign_in):
    browser = sign_in()
    moved(browser, seen_at=IDLE - timedelta(minutes=1))
    before = browser.session["seen_at"]

    by_itself = browser.get("/me/", headers={"X-Unattended": "yes"})
    unattended = browser.session["seen_at"]
    browser.get("/me/")

    assert by_itself.status_code == 200
    assert unattended == before
    assert browser.session["seen_at"] > before


def test_who_did_nothing_for_half_an_hour_signs_in_again_and_goes_on(sign_in):
    browser = sign_in()
    moved(browser, seen_at=IDLE)

    response = browser.get("/me/", follow=True)

    assert response.redirect_chain == [("/signin/?next=/me/", 302)]
    assert "You were signed out because nothing was done for a while." in response.text
    assert not SignedIn.objects.exists()


def test_after_ten_hours_even_the_busy_sign_in_again(sign_in):
    browser = sign_in()
    moved(browser, signed_in_at=WHOLE)

    response = browser.get("/me/", follow=True)

    assert "You were signed out because the day" in response.text


def test_every_click_starts_the_half_hour_anew(sign_in):
    browser = sign_in()
    for _ in range(3):
        moved(browser, seen_at=IDLE - timedelta(minutes=1), signed_in_at=IDLE)
        assert browser.get("/me/").status_code == 200


def test_a_form_sent_after_the_session_ended_says_so_and_leads_back_to_the_form(sign_in):
    browser = sign_in()
    moved(browser, seen_at=IDLE)

    response = browser.post(
        "/me/sessions/end/", {"session": "others"},
        headers={"Referer": "http://testserver/me/?tab=2"}, follow=True,
    )  # fmt: skip

    assert response.redirect_chain == [("/signin/?next=/me/%3Ftab%3D2", 302)]
    assert "填的内容还在表单里" in response.text


def test_a_foreign_page_is_nowhere_to_lead_back_to(client):
    response = client.post(
        "/me/sessions/end/", {"session": "others"}, headers={"Referer": "https://evil.example/x"}
    )

    assert response.url == "/signin/?next=/"


@pytest.mark.django_db
def test_a_fragment_or_an_api_call_of_a_signed_out_person_gets_401(client):
    fragment = client.get(
        "/inbox/", headers={"HX-Request": "true", "Referer": "http://testserver/me/"}
    )
    call = client.get("/inbox/", headers={"Accept": "application/json"})

    assert (fragment.status_code, fragment["HX-Redirect"]) == (401, "/signin/?next=/me/")
    assert call.status_code == 401
    assert call.json().keys() == {"detail"}


def test_a_fourth_browser_ends_the_oldest_session(sign_in, client_class):
    browsers = [sign_in(client_class()) for _ in range(4)]

    assert [b.get("/me/").status_code for b in browsers] == [302, 200, 200, 200]
    assert SignedIn.objects.count() == 3


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


def test_the_session_key_changes_at_sign_in(client, sign_in):
    client.post("/language/", {"language": "en"})
    before = client.session.session_key

    assert sign_in().session.session_key != before


def test_a_question_with_an_older_key_does_not_take_the_newer_one_away(client, sign_in):
    name = settings.SESSION_COOKIE_NAME
    client.cookies[name] = "a-key-that-nobody-knows-any-more-32"
    late = client.get("/report/")
    client.cookies.clear()
    sign_in(client)
    out = client.post("/signout/")

    assert name not in late.cookies
    assert "Cookie" in late.headers["Vary"]
    assert out.cookies[name].value == ""


def test_ending_a_persons_sessions_ends_them_at_their_next_click(sign_in, client_class, worker):
    browsers = [sign_in(client_class()) for _ in range(2)]

    assert sessions.end_sessions(worker, by=None, at=timezone.now()) == 2
    assert [b.get("/me/").status_code for b in browsers] == [302, 302]
    ended = AuditEntry.objects.get(action="session_ended")
    assert (ended.subject, ended.data) == (f"user:{worker.pk}", {"sessions": 2})


def test_a_disabled_account_is_out_at_once(sign_in, worker):
    browser = sign_in()
    worker.is_active = False
    worker.save()

    assert browser.get("/me/").status_code == 302


def test_the_sweep_removes_what_is_over(sign_in, worker):
    sign_in()
    SignedIn.objects.update(seen_at=MONDAY, signed_in_at=MONDAY)

    assert sessions.sweep(at=MONDAY + IDLE) == 0
    assert sessions.sweep(at=MONDAY + IDLE + timedelta(minutes=2)) == 1
    assert not SignedIn.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
         "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Safari/537.36 MicroMessenger/8.0",
         "WeChat, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
         "Safari, iPhone"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_has_a_name_that_its_owner_knows(agent, name):
    assert sessions.device_of(agent) == name
