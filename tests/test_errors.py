"""A page that cannot be shown says so in the reader's language, and loses nothing typed."""

import errno

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client, RequestFactory

from people.models import User
from tonglianggov import errors

FORM = {"username": "worker", "password": "a secret", "words": "<b>路灯不亮</b>\n第二行"}


@pytest.fixture
def strict() -> Client:
    """A browser whose forms must carry their token."""
    return Client(enforce_csrf_checks=True)


def test_an_expired_form_keeps_what_was_typed_but_no_password(strict):
    answer = strict.post(
        "/admin/login/?next=/admin/", FORM, headers={"origin": "http://testserver"}
    )

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "&lt;b&gt;路灯不亮&lt;/b&gt;\n第二行</textarea>" in page
    assert 'action="/admin/login/?next=/admin/"' in page
    assert "a secret" not in page


def test_a_foreign_sites_form_is_not_offered_again(strict):
    answer = strict.post("/admin/login/", FORM, headers={"origin": "http://evil.example"})

    assert answer.status_code == 403
    assert "路灯不亮" not in answer.content.decode()


def test_a_form_from_nowhere_is_not_offered_again(strict):
    assert "路灯不亮" not in strict.post("/admin/login/", FORM).content.decode()


def test_too_much_text_gets_a_sentence(client):
    much = "words=" + "a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)

    answer = client.post(
        "/signin/",
        much,
        content_type="application/x-www-form-urlencoded",
        headers={"accept-language": "en"},
    )

    assert answer.status_code == 413
    assert "Shorten the text or send fewer photos" in answer.content.decode()


def test_a_missing_page_speaks_the_readers_language(client):
    answer = client.get("/no/such/page", headers={"accept-language": "en"})

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_the_api_answers_in_json(client):
    answer = client.get("/api/v1/no-such-thing/", headers={"accept-language": "en"})

    assert answer.status_code == 404
    assert answer.json() == {
        "detail": "Not found.",
        "code": "not_found",
    }


def test_our_own_fault_is_told_without_a_database():
    answer = errors.our_fault(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert b"<h1>" in answer.content


@pytest.fixture
def away(monkeypatch):
    """A database that everybody finds away, from the session to the view."""

    def gone(*arguments, **named):
        raise OperationalError("terminating connection due to administrator command")

    for way in ("cursor", "ensure_connection"):
        monkeypatch.setattr(f"django.db.backends.base.base.BaseDatabaseWrapper.{way}", gone)


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "数据库"), ("en", "The database")])
def test_while_the_database_is_away_a_page_says_so(away, language, words):
    browser = Client(raise_request_exception=False, headers={"accept-language": language})

    browser.cookies["sessionid"] = "a" * 32

    answer = browser.get("/tickets/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert words in answer.content.decode()


def test_a_form_sent_while_the_database_is_away_can_be_sent_again(away):
    browser = Client(raise_request_exception=False, headers={"origin": "http://testserver"})

    answer = browser.post("/signin/?next=/me/", FORM)

    page = answer.content.decode()
    assert answer.status_code == 503
    assert "&lt;b&gt;路灯不亮&lt;/b&gt;\n第二行</textarea>" in page
    assert 'action="/signin/?next=/me/"' in page
    assert "csrfmiddlewaretoken" in page
    assert "a secret" not in page


def test_a_foreign_form_is_not_kept_while_the_database_is_away(away):
    browser = Client(raise_request_exception=False, headers={"origin": "http://evil.example"})

    answer = browser.post("/signin/", FORM)

    assert answer.status_code == 503
    assert "路灯不亮" not in answer.content.decode()


def test_the_api_says_that_the_database_is_away(away):
    browser = Client(raise_request_exception=False, headers={"accept-language": "en"})

    answer = browser.post("/api/v1/reports/", {"text": "路灯坏了"}, content_type="application/json")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "usually back within seconds" in answer.json()["detail"]


def test_a_full_disk_is_told(monkeypatch):
    def full(*arguments, **named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("people.views.render", full)
    browser = Client(raise_request_exception=False, headers={"accept-language": "en"})

    answer = browser.get("/signin/")

    assert answer.status_code == 507
    assert "nothing was stored" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "没有提交内容"), ("en", "Nothing was sent")]
)
def test_an_address_that_only_takes_a_form_says_so_when_it_is_opened(cast, language, said):
    User.objects.filter(pk=cast.district.pk).update(language=language)
    client = Client()
    client.force_login(User.objects.get(pk=cast.district.pk))

    opened = client.get("/console/bulk/")

    assert (opened.status_code, opened["Allow"]) == (405, "POST")
    assert said in opened.text
    assert client.get("/console/bulk/", headers={"accept": "application/json"}).status_code == 405
    assert client.put("/console/bulk/").content == b""
