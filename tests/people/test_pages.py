from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from people import tokens
from people.models import ApiToken, AuditEntry, Post, SignedIn
from people.roles import Role
from tests.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def browser_of(username: str) -> Client:
    client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140"})
    client.post("/signin/", {"username": username, "password": PASSWORD})
    return client


def test_the_own_page_shows_posts_sessions_and_tokens(worker, office):
    Post.objects.create(
        user=worker, role=Role.HANDLER, unit=office, full_time=False,
        ends=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip
    client = browser_of("worker")
    tokens.issue(user=worker, at=timezone.now())

    text = client.get("/me/").text

    for shown in ("Grid worker", "Ash", "in force", "Handler", "Roads", "part-time",
                  "not in force", "Firefox, Linux", "here, now", "Revoke"):  # fmt: skip
        assert shown in text
    assert "csrfmiddlewaretoken" in text


def test_somebody_without_a_post_reads_why_there_is_nothing(person):
    person("newcomer")

    assert "You hold no post" in browser_of("newcomer").get("/me/").text


def test_other_sessions_can_be_ended_one_by_one_or_all(worker):
    here, *others = (browser_of("worker") for _ in range(3))
    one = SignedIn.objects.get(session_key=others[0].session.session_key)

    here.post("/me/sessions/end/", {"session": one.pk})
    assert [b.get("/me/").status_code for b in (here, *others)] == [200, 302, 200]

    here.post("/me/sessions/end/", {"session": "others"})
    assert [b.get("/me/").status_code for b in (here, *others)] == [200, 302, 302]


def test_nobody_ends_anothers_session(worker, person):
    person("other")
    theirs = browser_of("other")
    row = SignedIn.objects.get(user__username="other")

    browser_of("worker").post("/me/sessions/end/", {"session": row.pk})

    assert theirs.get("/me/").status_code == 200


@pytest.mark.parametrize("session", ["", "x", "9" * 30, "-1", "²"])
def test_a_session_that_is_none_is_not_found(worker, session):
    response = browser_of("worker").post("/me/sessions/end/", {"session": session})

    assert response.status_code == 404


def test_an_own_token_is_revoked_and_anothers_is_not_found(worker, person):
    other = person("other")
    for user in (worker, other):
        tokens.issue(user=user, at=timezone.now())
    mine, theirs = ApiToken.objects.order_by("pk")
    client = browser_of("worker")

    assert client.post(f"/me/tokens/{mine.pk}/revoke/").status_code == 302
    assert client.post(f"/me/tokens/{theirs.pk}/revoke/").status_code == 404
    assert [t.revoked_at is None for t in ApiToken.objects.order_by("pk")] == [False, True]


def test_a_new_password_ends_everything_else(worker):
    here, elsewhere = browser_of("worker"), browser_of("worker")
    secret = tokens.issue(user=worker, at=timezone.now())

    response = here.post(
        "/me/password/",
        {"old_password": PASSWORD, "new_password1": "Silver-Beam-8",
         "new_password2": "Silver-Beam-8"},
    )  # fmt: skip

    assert response.url == "/me/"
    assert [here.get("/me/").status_code, elsewhere.get("/me/").status_code] == [200, 302]
    assert tokens.owner(secret, timezone.now()) is None
    assert AuditEntry.objects.filter(action="password_changed").count() == 1
    assert SignedIn.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("Aa1-short", "at least 10 characters"),
        ("onlysmallletters", "at least three of these four"),
        ("small-and-sign", "at least three of these four"),
        ("Worker-123", "too similar"),
        ("1234567890", "entirely numeric"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(worker, password, sentence):
    response = browser_of("worker").post(
        "/me/password/",
        {"old_password": PASSWORD, "new_password1": password, "new_password2": password},
    )

    assert response.status_code == 200
    assert sentence in response.text


def test_the_chosen_language_stays_with_the_account(worker):
    client = browser_of("worker")
    assert '<html lang="en"' in client.get("/me/").text

    client.post("/language/", {"language": "zh-hans", "next": "/me/"})

    assert '<html lang="zh-hans"' in client.get("/me/").text
    # In another browser, which prefers English.
    other = browser_of("worker")
    assert '<html lang="zh-hans"' in other.get("/me/", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize(
    ("accepts", "cookie", "language"),
    [
        ("", "", "zh-hans"),
        ("fr", "", "zh-hans"),
        ("en-GB,en;q=0.9", "", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "", "zh-hans"),
        ("zh-TW", "", "zh-hans"),
        ("zh-CN", "en", "en"),
        ("en", "zh-hans", "zh-hans"),
        ("en", "xx", "en"),
    ],
)
def test_a_strangers_language_is_the_cookies_or_the_browsers_or_chinese(
    client, accepts, cookie, language
):
    if cookie:
        client.cookies["django_language"] = cookie

    response = client.get("/signin/", headers={"Accept-Language": accepts})

    assert f'<html lang="{language}"' in response.text
    assert response["Content-Language"] == language


def test_an_unknown_language_changes_nothing(worker):
    client = browser_of("worker")
    client.post("/language/", {"language": "xx", "next": "/me/"})

    worker.refresh_from_db()
    assert worker.language == "en"


@pytest.mark.parametrize("address", ["/me/", "/me/password/", "/inbox/"])
def test_strangers_are_asked_to_sign_in(client, address):
    assert client.get(address).url == f"/signin/?next={address}"
