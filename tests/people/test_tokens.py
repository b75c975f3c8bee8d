from datetime import timedelta

import pytest
from rest_framework.exceptions import AuthenticationFailed

from people import tokens
from people.api_auth import TokenAuthentication
from people.models import ApiToken, AuditEntry
from tests.people.conftest import MONDAY

pytestmark = pytest.mark.django_db


def test_a_token_opens_for_its_owner_and_is_kept_only_as_a_hash(worker):
    secret = tokens.issue(user=worker, at=MONDAY)

    assert tokens.owner(secret, MONDAY) == worker
    stored = ApiToken.objects.values().get()
    assert secret not in str(stored)
    assert stored["digest"] != secret


def test_a_token_ends(worker, settings):
    settings.API_TOKEN_DAYS = 90
    secret = tokens.issue(user=worker, at=MONDAY)

    assert tokens.owner(secret, MONDAY + timedelta(days=89)) == worker
    assert tokens.owner(secret, MONDAY + timedelta(days=90)) is None


def test_a_revoked_token_opens_nothing(worker):
    secret = tokens.issue(user=worker, at=MONDAY)
    token = ApiToken.objects.get()

    assert tokens.revoke(token_ids=[token.pk], by=worker, at=MONDAY) == 1
    assert tokens.revoke(token_ids=[token.pk], by=worker, at=MONDAY) == 0
    assert tokens.owner(secret, MONDAY) is None
    actions = AuditEntry.objects.order_by("pk").values_list("action", "subject")
    assert list(actions) == [
        ("token_issued", f"token:{token.pk}"),
        ("token_revoked", f"token:{token.pk}"),
    ]


def test_a_disabled_account_has_no_tokens_that_open(worker):
    secret = tokens.issue(user=worker, at=MONDAY)
    worker.is_active = False
    worker.save()

    assert tokens.owner(secret, MONDAY) is None


def test_beyond_ten_the_oldest_is_revoked(worker, settings):
    settings.API_TOKENS_EACH = 2
    moments = [MONDAY + timedelta(minutes=n) for n in range(3)]
    secrets = [tokens.issue(user=worker, at=at) for at in moments]

    owners = [tokens.owner(secret, moments[-1]) for secret in secrets]
    assert owners == [None, worker, worker]


def test_old_tokens_are_swept(worker, settings):
    settings.API_TOKEN_DAYS = 90
    tokens.issue(user=worker, at=MONDAY)
    ended = MONDAY + timedelta(days=90)

    assert tokens.sweep(at=ended + timedelta(days=29)) == 0
    assert tokens.sweep(at=ended + timedelta(days=31)) == 1


def test_the_api_refuses_a_token_that_nobody_has(worker, rf):
    unknown = rf.get("/", headers={"Authorization": "Token tlg_nothing"})
    with pytest.raises(AuthenticationFailed):
        TokenAuthentication().authenticate(unknown)
