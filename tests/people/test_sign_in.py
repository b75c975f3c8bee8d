from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from people import audit, sign_in, tours
from people.models import AuditEntry, SignedIn
from people.roles import Role
from tests.people.conftest import MONDAY, PASSWORD

WRONG = "The user name or the password is not right."

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


def attempt(client, username="worker", password="wrong", **extra):
    return client.post("/signin/", {"username": username, "password": password}, **extra)


def test_the_page_keeps_the_name_and_never_the_password(client, worker):
    response = attempt(client, password="Not-this-1")

    assert response.status_code == 200
    assert WRONG in response.text
    assert 'value="worker"' in response.text
    assert "Not-this-1" not in response.text


def test_wrong_password_unknown_name_and_disabled_account_look_the_same(client, worker, person):
    gone = person("gone")
    gone.is_active = False
    gone.save()

    def seen(username, password):
        response = attempt(client, username, password)
        text = response.text.replace(username, "NAME")
        token = client.cookies["csrftoken"].value
        import re

        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text).replace(token, "")
        return response.status_code, text

    assert seen("worker", "wrong") == seen("nobody", "wrong") == seen("gone", PASSWORD)


def test_a_person_arrives_where_they_wanted_to_go(client, worker):
    response = client.post(
        "/signin/", {"username": "worker", "password": PASSWORD, "next": "/inbox/?after=x"}
    )

    assert response.url == "/inbox/?after=x"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_nobody_is_led_elsewhere(client, sysadmin, elsewhere):
    response = client.post(
        "/signin/", {"username": "sysadmin", "password": PASSWORD, "next": elsewhere}
    )

    assert response.url == "/admin/?tour=1"


@pytest.mark.parametrize(
    ("role", "start"),
    [
        (Role.GRID_WORKER, "/day/?tour=1"),
        (Role.HANDLER, "/unit/?tour=1"),
        (Role.LEADER, "/wall/?tour=1"),
        (Role.AUDITOR, "/admin/?tour=1"),
        (None, "/me/"),
    ],
)
def test_everybody_starts_where_their_work_is(client, person, office, role, start):
    person("somebody", role, **({"unit": office} if role == Role.HANDLER else {}))

    assert attempt(client, "somebody", PASSWORD).url == start


def test_whoever_has_seen_the_tour_starts_without_it(client, person):
    tours.seen(user=person("somebody", Role.GRID_WORKER), at=MONDAY)

    assert attempt(client, "somebody", PASSWORD).url == "/day/"


def test_signed_in_already_is_led_on(client, auditor):
    client.force_login(auditor)

    assert client.get("/signin/").url == "/admin/"


def test_five_failures_lock_the_name_at_this_address_and_say_for_how_long(
    client, worker, clock_stands
):
    answers = [attempt(client) for _ in range(5)]

    assert [a.status_code for a in answers] == [200, 200, 200, 200, 429]
    assert "Too many failed attempts. Please try again in 30 minutes." in answers[-1].text
    right = attempt(client, password=PASSWORD)
    assert right.status_code == 429
    assert "Please try again in 30 minutes." in right.text
    assert not SignedIn.objects.exists()


def test_a_lock_out_is_not_lengthened_by_trying_on_and_ends(client, worker, clock_stands):
    for _ in range(5):
        attempt(client)
    AccessAttempt.objects.update(attempt_time=clock_stands - timedelta(minutes=29, seconds=30))
    assert "try again in 1 minute." in attempt(client).text

    AccessAttempt.objects.update(attempt_time=clock_stands - timedelta(minutes=30, seconds=1))
    assert attempt(client, password=PASSWORD).status_code == 302


def test_an_unknown_name_is_locked_just_the_same(client):
    answers = [attempt(client, "nobody") for _ in range(5)]

    assert [a.status_code for a in answers] == [200, 200, 200, 200, 429]


def test_others_at_the_address_and_the_owner_elsewhere_are_not_locked_out(client, worker, person):
    person("colleague", Role.GRID_WORKER)
    for _ in range(5):
        attempt(client)

    assert attempt(client, "colleague", PASSWORD).status_code == 302
    assert attempt(Client(), password=PASSWORD, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_a_forged_forwarded_address_does_not_help(client, worker):
    answers = [
        attempt(client, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(5)
    ]

    assert answers[-1] == 429


def test_guessing_one_name_from_many_addresses_is_limited(client, worker, clock_stands):
    answers = [attempt(client, REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(21)]

    assert answers == [200] * 20 + [429]


def test_success_forgets_the_failures(client, worker):
    for _ in range(4):
        attempt(client)
    attempt(client, password=PASSWORD)

    assert not AccessAttempt.objects.exists()
    assert attempt(Client()).status_code == 200


def test_the_administrator_can_lift_a_lock_out(client, worker, sysadmin):
    for _ in range(5):
        attempt(client)

    sign_in.unlock(user=worker, by=sysadmin, at=timezone.now())

    assert attempt(client, password=PASSWORD).status_code == 302


def test_everything_is_on_record_and_no_typed_name_is(client, worker):
    for _ in range(5):
        attempt(client, "My-Passw0rd")
    attempt(client, password=PASSWORD)
    client.post("/signout/")

    name = f"account:{audit.fingerprint('my-passw0rd')}"
    told = AuditEntry.objects.order_by("pk").values_list("action", "subject", "actor")
    assert list(told) == [
        *[("sign_in_failed", name, None)] * 4,
        ("locked_out", name, None),
        ("sign_in", f"user:{worker.pk}", worker.pk),
        ("sign_out", f"user:{worker.pk}", worker.pk),
    ]
    assert "Passw0rd" not in str(list(AccessAttempt.objects.values()))
    assert "Passw0rd" not in str(list(AuditEntry.objects.values()))


def test_null_bytes_and_endless_names_are_only_wrong(client):
    assert attempt(client, "a\0b", "c\0d").status_code == 200
    assert attempt(client, "x" * 100_000, "y").status_code == 200


def test_signing_out_needs_a_post_and_clears_what_the_browser_kept(client, worker):
    attempt(client, password=PASSWORD)
    assert client.get("/signout/").status_code == 405

    response = client.post("/signout/")

    assert (response.url, response["Clear-Site-Data"]) == ("/signin/", '"cache"')
    assert client.get("/me/").status_code == 302
    assert not SignedIn.objects.exists()
