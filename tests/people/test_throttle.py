from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import RequestFactory

from people import throttle
from people.models import TokenBucket
from tests.patience import PATIENCE
from tests.people.conftest import MONDAY


def take(at=MONDAY, **bucket):
    return throttle.take(**{"key": "form:1", "rate": 0.1, "burst": 3, "at": at} | bucket)


@pytest.mark.django_db
def test_a_bucket_starts_full_empties_and_refills():
    assert [take() for _ in range(4)] == [True, True, True, False]
    assert not take(MONDAY + timedelta(seconds=9))
    assert take(MONDAY + timedelta(seconds=10))
    assert not take(MONDAY + timedelta(seconds=10))


@pytest.mark.django_db
def test_a_bucket_never_holds_more_than_its_burst():
    take()
    tomorrow = MONDAY + timedelta(days=1)

    assert [take(tomorrow) for _ in range(4)] == [True, True, True, False]


@pytest.mark.django_db
def test_a_refusal_costs_nothing_and_a_clock_that_jumps_back_gives_nothing():
    assert not take(cost=4)
    assert [take(), take(), take()] == [True, True, True]
    assert not take(MONDAY - timedelta(hours=1))
    assert not take(MONDAY)


@pytest.mark.django_db
def test_buckets_are_apart_and_long_keys_fit():
    long = "x" * 500
    assert [take(key=long, burst=1), take(key=long, burst=1), take(burst=1)] == [True, False, True]


@pytest.mark.django_db
def test_what_is_given_back_can_be_taken_again():
    assert take(burst=1)
    throttle.give_back(key="form:1")

    assert take(burst=1)


@pytest.mark.django_db(transaction=True)
def test_a_question_is_answered_where_something_was_taken():
    bucket = {"key": "form:1", "rate": 0.1, "burst": 1, "at": MONDAY}

    answers = [throttle.take_asking(str(number), **bucket) for number in (7, 8)]

    assert answers == [7, None]


@pytest.mark.django_db
def test_forgotten_buckets_are_swept():
    take()
    take(key="form:2", at=MONDAY + timedelta(days=2))

    assert throttle.sweep(at=MONDAY + timedelta(days=2, minutes=1)) == 1
    assert TokenBucket.objects.get().key == "form:2"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_there_is(monkeypatch):
    # On a busy machine each may wait longer for the others than a flood should.
    monkeypatch.setattr(throttle, "_PATIENCE_MS", 1000 * round(PATIENCE))
    throttle._taking.cache_clear()
    gate = Barrier(8)

    def one(_):
        try:
            gate.wait()
            return take(burst=5)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 5
    throttle._taking.cache_clear()


PROXY, CLIENT, LIAR = "10.0.0.1", "203.0.113.9", "198.51.100.7"


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        (CLIENT, "", CLIENT),
        # Nobody may name their own address.
        (CLIENT, LIAR, CLIENT),
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"{LIAR}, {CLIENT}", CLIENT),
        (PROXY, f"{LIAR}, {CLIENT}, 10.0.0.2", CLIENT),
        (PROXY, "", PROXY),
        (PROXY, "rubbish", PROXY),
        (PROXY, "2001:db8::1", "2001:db8::1"),
        ("", "", "0.0.0.0"),
    ],
)
def test_only_trusted_proxies_may_name_the_client(settings, peer, forwarded, found):
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)

    assert throttle.client_address(request) == found


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        (CLIENT, CLIENT),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:203.0.113.9", CLIENT),
        ("", "0.0.0.0"),
        ("unix:", "unix:"),
    ],
)
def test_limits_count_a_household_not_its_addresses(peer, counted):
    assert throttle.client_network(RequestFactory().get("/", REMOTE_ADDR=peer)) == counted


@pytest.mark.django_db
def test_a_look_into_a_bucket_takes_nothing():
    rate = {"rate": 1 / 60, "burst": 3}
    buckets = {"look": rate, "other": rate | {"burst": 5}}
    assert throttle.left(buckets, at=MONDAY) == [3, 5]
    throttle.take(key="look", **rate, at=MONDAY)
    assert [throttle.left(buckets, at=MONDAY) for _ in range(2)] == [[2, 5]] * 2
    assert throttle.left(buckets, at=MONDAY + timedelta(minutes=1)) == [3, 5]
