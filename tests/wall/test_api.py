"""The wall over the API: dots, cards and figures, with a session or a token."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIRequestFactory, force_authenticate

from people import tokens
from people.models import User
from tests.land import WEST_HILL
from tickets import lifecycle
from wall import api, queries, snapshot

DOTS, FIGURES = "/api/v1/wall/dots/", "/api/v1/wall/figures/"


@pytest.fixture
def leader(client, cast):
    client.force_login(cast.leader)
    return client


def test_the_snapshot_says_for_which_sequence_it_is_true(leader, report, types):
    ticket = report(event_type=types.village)

    answer = leader.get(DOTS).json()

    assert (answer["sequence"], answer["complete"], answer["gone"]) == (
        snapshot.newest(), True, []
    )  # fmt: skip
    assert [dot["number"] for dot in answer["dots"]] == [ticket.number]
    assert answer["day"] == f"{timezone.localdate():%Y-%m-%d}"


def test_a_token_opens_the_dots_as_a_session_does(client, cast, report, types):
    ticket = report(event_type=types.village)
    secret = tokens.issue(user=cast.leader, at=timezone.now())

    answer = client.get(DOTS, headers={"Authorization": f"Token {secret}"}).json()

    assert [dot["id"] for dot in answer["dots"]] == [ticket.pk]


def test_whose_account_is_closed_while_they_ask_is_signed_out_not_without_right(cast):
    request = APIRequestFactory().get(DOTS)
    force_authenticate(request, user=cast.leader)
    User.objects.filter(pk=cast.leader.pk).update(is_active=False)

    assert api.dots(request).status_code == 401


def test_who_has_this_very_snapshot_gets_304(leader, report, types):
    ticket = report(event_type=types.village)
    tag = leader.get(DOTS).headers["ETag"]

    same = leader.get(DOTS, headers={"If-None-Match": tag})
    lifecycle.withdraw(ticket_id=ticket.pk, at=timezone.now())
    other = leader.get(DOTS, headers={"If-None-Match": tag})

    assert (same.status_code, same.content, other.status_code) == (304, b"", 200)


def test_the_snapshot_is_sent_compressed(leader, report, types):
    for _ in range(5):
        report(event_type=types.village)

    plain = leader.get(DOTS)
    small = leader.get(DOTS, headers={"Accept-Encoding": "gzip"})

    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.content) < len(plain.content) / 2


@pytest.mark.parametrize("since", ["x", "-1", "1.5", "１２", "9" * 30])
def test_a_sequence_that_is_no_number_gets_a_sentence(leader, since):
    answer = leader.get(DOTS, {"since": since})

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["since"])


def test_another_towns_area_does_not_exist(client, cast):
    client.force_login(cast.town)

    assert [client.get(a, {"area": WEST_HILL}).status_code for a in (DOTS, FIGURES)] == [404, 404]


def test_a_card_tells_who_has_it_how_and_how_far(leader, report, types, units):
    ticket = report(event_type=types.village)

    card = leader.get(f"{DOTS}{ticket.pk}/").json()

    assert {key: card[key] for key in ("number", "type", "area", "who", "state", "stage")} == {
        "number": ticket.number,
        "type": types.village.shown_name,
        "area": ticket.area_code,
        "who": units.village.shown_name,
        "state": ticket.get_state_display(),
        "stage": "dispatched",
    }
    assert card["url"] == reverse("tickets:detail", args=[ticket.number])
    assert [bool(card[key]) for key in ("how", "left", "due", "place")] == [True] * 4
    assert len(card["steps"]) == 3


def test_a_card_has_no_words_of_residents_and_no_names_of_people(leader, report, cast, types):
    cast.village.full_name = "赵六"
    cast.village.save()
    ticket = report(event_type=types.village, contact_name="王五", contact_phone="13900001234")
    lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=timezone.now())
    lifecycle.comment(
        ticket_id=ticket.pk, by=cast.village, at=timezone.now(), words="已联系王五", public=True
    )

    answers = [leader.get(path).content.decode() for path in (f"{DOTS}{ticket.pk}/", DOTS, FIGURES)]

    secrets = ("李四", "王五", "1390000", "赵六", ticket.code)
    assert [secret for secret in secrets if any(secret in answer for answer in answers)] == []


def test_a_restricted_ticket_has_no_card_not_even_for_its_centre(client, cast, report, types):
    ticket = report(event_type=types.restricted)
    client.force_login(cast.village)

    assert client.get(f"{DOTS}{ticket.pk}/").status_code == 404


def test_the_figures_come_with_their_origin(leader, report, types):
    report(event_type=types.village)

    answer = leader.get(FIGURES).json()

    assert set(answer["figures"]) == {
        "received", "closed", "near", "overdue", "at_work", "satisfaction", "tiers",
        "on_the_spot", "types", "hours", "land",
    }  # fmt: skip
    assert answer["figures"]["received"]["value"] == 1
    assert all(set(figure) == {"value", "rows", "ms"} for figure in answer["figures"].values())
    assert answer["sequence"] == snapshot.newest()


@pytest.mark.parametrize("count", [1, 12])
def test_figures_are_as_many_queries_for_one_as_for_many(
    leader, report, types, django_assert_max_num_queries, count
):
    for _ in range(count):
        report(event_type=types.village, at=timezone.now() - timedelta(days=2))

    with django_assert_max_num_queries(21):
        answer = leader.get(FIGURES)

    assert len(answer.json()["feed"]) == min(3 * count, queries.NEWEST_LINES)
