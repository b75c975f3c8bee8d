"""A page that cannot be shown says so in the reader's language, and loses nothing typed."""

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

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
