"""The film of the last day: what it shows is what was, and it never passes for what is."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.screen import can_be_steered, count, dots, is_live, until
from tickets import lifecycle

HOUR = timedelta(hours=1)
FILM = "document.getElementById('map').wall.player.film"


@pytest.fixture
def day(report, cast, types) -> int:
    """A report of five hours ago, signed for three hours ago; and one of an hour ago."""
    now = timezone.now()
    old = report(event_type=types.village, at=now - 5 * HOUR)
    lifecycle.sign(ticket_id=old.pk, by=cast.village, at=now - 3 * HOUR)
    report(event_type=types.town, at=now - HOUR)
    return old.pk


def film(page: Page) -> None:
    page.locator("button[data-scene=film]").click()
    expect(page.locator("body")).to_have_attribute("data-film", "shown")


def shown_at(page: Page, hours_ago: float) -> dict[int, str]:
    """Return the stages of the film's dots as many hours before its end."""
    found = page.evaluate(
        """(ago) => {
            const { player } = document.getElementById('map').wall;
            player.play(false);
            player.at(player.film.to - 3600 * ago);
            return [...player.film.dots.values()].map((dot) => [dot.id, dot.stage]);
        }""",
        hours_ago,
    )
    return dict(found)


def test_the_film_shows_what_was_and_the_live_wall_comes_back(watch, day, cast):
    page = watch(cast.leader)
    is_live(page)
    count(page, 2)
    live = dots(page)
    film(page)
    told = page.locator("#not-live")
    expect(told).to_contain_text("不是实时")
    expect(page.locator("#feed")).to_be_hidden()
    then = [shown_at(page, hours) for hours in (6, 4, 2, 0, 4)]
    page.locator("#to-live").click()
    expect(page.locator("#feed")).to_be_visible()
    expect(told).to_be_hidden()

    both = {pk: stage for pk, (stage, _light) in live.items()}
    assert then == [{}, {day: "dispatched"}, {day: "handling"}, both, {day: "dispatched"}]
    assert page.evaluate(
        "() => { const w = document.getElementById('map').wall; return w.map.store === w.store; }"
    )
    # Its light may have changed meanwhile: at 11:48 of a working day it did.
    assert {pk: stage for pk, (stage, _light) in dots(page).items()} == both


def test_the_film_plays_stops_and_is_sought_with_the_keyboard(watch, day, cast):
    page = watch(cast.leader)
    is_live(page)
    count(page, 2)
    film(page)
    until(page, f"() => {FILM}.time > {FILM}.from + 600")
    page.keyboard.press(" ")
    play = page.locator("[data-film=play]")
    expect(play).to_have_attribute("aria-pressed", "false")
    stopped = page.evaluate(f"{FILM}.time")
    seek = page.locator("[data-film=seek]")
    seek.focus()
    page.keyboard.press("End")
    ended = page.evaluate(f"{FILM}.to - {FILM}.time")
    page.keyboard.press("Home")
    begun = page.evaluate(f"{FILM}.time - {FILM}.from")
    page.locator("[data-film=speed]").select_option("120")
    play.click()
    until(page, f"() => {FILM}.time === {FILM}.to", within=60_000)
    expect(play).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("l")

    assert stopped > 0
    assert (ended < 60, begun < 60) == (True, True)
    expect(page.locator("body")).to_have_attribute("data-scene", "overview")


def test_a_film_that_cannot_be_fetched_says_so_and_harms_nothing(watch, day, cast):
    page = watch(
        cast.leader,
        before=lambda page: page.route("**/wall/film/**", lambda route: route.abort()),
    )
    is_live(page)
    can_be_steered(page, 2)
    page.locator("button[data-scene=film]").click()
    expect(page.locator("body")).to_have_attribute("data-film", "missing")
    expect(page.locator("#not-live")).to_contain_text("没有取到")
    page.locator("button[data-scene=overview]").click()

    count(page, 2)
