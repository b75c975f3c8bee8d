"""Each request has an id: ours, or the one that a proxy of ours gave it."""

import re

import pytest

GIVEN = "a-proxy-made-this-1"


def id_of(client, **headers) -> str:
    return client.get("/healthz", headers=headers)["X-Request-ID"]


def test_every_answer_carries_an_id_of_its_own(client):
    first, second = id_of(client), id_of(client)

    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


def test_only_a_proxy_of_ours_may_give_it(client, settings):
    assert id_of(client, x_request_id=GIVEN) != GIVEN

    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    assert id_of(client, x_request_id=GIVEN) == GIVEN


@pytest.mark.parametrize(
    "given", ["short", "a" * 65, "with spaces in it", "中文的请求编号一二三四"]
)
def test_what_is_no_id_is_not_taken(client, settings, given):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]

    assert id_of(client, x_request_id=given.encode().decode("latin-1")) != given


def test_our_own_fault_says_its_id(db, client, monkeypatch):
    def broken(*arguments, **named):
        raise RuntimeError

    monkeypatch.setattr("people.views.render", broken)
    client.raise_request_exception = False

    answer = client.get("/signin/")

    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.text
