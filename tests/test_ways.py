"""The header of every staff page: each lands where their work is, and no link is shut."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from people import landing
from people.models import User
from people.ways import ways_of

HOMES = {
    "district": "tickets:console", "supervisor": "tickets:console", "town": "tickets:console",
    "village": "tickets:console", "outsider": "tickets:console", "worker": "tickets:day",
    "leader": "wall:wall", "department": "tickets:unit", "department_head": "tickets:unit",
    "sysadmin": "admin:index", "secadmin": "admin:index", "auditor": "admin:index",
}  # fmt: skip
NAV = re.compile(r'<nav id="ways".*?</nav>', re.DOTALL)


def browser_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    User.objects.filter(pk=user.pk).update(language="en")
    client.force_login(user)
    return client


def links(text: str) -> list[str]:
    header = NAV.search(text)
    assert header
    return re.findall(r'<a [^>]*href="([^"]+)"', header.group())


def test_each_lands_where_their_work_is(cast):
    assert {name: landing.home_of(getattr(cast, name)) for name in HOMES} == HOMES


@pytest.mark.parametrize("name", HOMES)
def test_every_link_of_the_header_opens_and_leads_home_first(cast, name):
    client = browser_of(getattr(cast, name))
    found = links(client.get("/me/").text)

    assert found[0] == reverse(HOMES[name]) or name == "leader"
    assert {path: client.get(path).status_code for path in found} == dict.fromkeys(found, 200)


@pytest.mark.parametrize("name", HOMES)
def test_from_the_header_all_that_is_theirs_is_two_steps_away(cast, name):
    client = browser_of(getattr(cast, name))
    around = set(links(client.get("/me/").text))

    assert {"/help/", "/me/"} <= around
    assert {reverse(way.view) for way in ways_of(User.objects.get(username=name))} <= around


@pytest.mark.parametrize("name", ["district", "worker", "department"])
def test_the_page_one_is_on_is_marked(cast, name):
    client = browser_of(getattr(cast, name))
    for path in links(client.get("/me/").text):
        text = client.get(path).text
        if 'id="ways"' in text:
            assert re.findall(
                r'<a href="([^"]+)" aria-current="page"', NAV.search(text).group()
            ) == [path]


def test_somebody_without_a_post_is_led_nowhere_that_is_shut(cast):
    client = browser_of(User.objects.create_user("newcomer"))
    found = links(client.get("/me/").text)

    assert found == ["/help/", "/me/"]
    assert {path: client.get(path).status_code for path in found} == dict.fromkeys(found, 200)


def test_the_header_asks_the_database_as_much_for_every_page(cast, django_assert_max_num_queries):
    client = browser_of(cast.district)
    client.get("/help/")

    with django_assert_max_num_queries(6):
        client.get("/help/")


@pytest.mark.parametrize(
    ("name", "path", "words"),
    [
        ("worker", "/day/", "Nothing waits for you"),
        ("department", "/unit/", "Your unit has nothing in hand"),
        ("district", "/console/?queue=accept", "empty"),
        ("district", "/tickets/", "empty"),
        ("district", "/inbox/", "Nothing here yet"),
        ("district", "/tickets/views/", "No view is kept yet."),
        ("district", "/tickets/?words=nothing-like-this", "No ticket fits this search."),
    ],
)
def test_every_empty_list_says_so_and_what_to_do(cast, name, path, words):
    answer = browser_of(getattr(cast, name)).get(path)

    assert answer.status_code == 200
    assert 'class="empty"' in answer.text
    assert words in answer.text
