"""A wall that hangs for months: old data, wrong clocks, alarms and their sound, new versions."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.screen import (
    Cable,
    count,
    has_asked,
    is_live,
    is_shown,
    stop_the_clock,
    true_dots,
    until,
)
from tickets import lifecycle
from tickets.models import Ticket

HOUR = timedelta(hours=1)


def with_a_clock(page: Page) -> None:
    page.clock.install()


def test_after_a_minute_without_news_the_wall_says_so_and_is_exact_again(
    watch, report, cast, types
):
    cable = Cable()
    kept = report(event_type=types.village)

    def connect(page: Page) -> None:
        with_a_clock(page)
        cable.connect(page)

    page = watch(cast.leader, before=connect)
    is_live(page)
    count(page, 1)
    # An answer on its way would be news after the cut.
    has_asked(page)
    cable.pull()
    expect(page.locator("#live")).to_have_attribute("data-state", "polling")
    page.clock.run_for(63_000)
    expect(page.locator("body")).to_have_attribute("data-stale", "old")
    expect(page.locator("#watermark")).to_be_visible()
    page.clock.run_for(245_000)
    expect(page.locator("body")).to_have_attribute("data-stale", "dead")

    report(event_type=types.town)
    report(event_type=types.department)
    lifecycle.sign(ticket_id=kept.pk, by=cast.village, at=timezone.now())
    lifecycle.start(ticket_id=kept.pk, by=cast.village, at=timezone.now())
    cable.out = False
    before = len(cable.sockets)
    # It knocks again within 45 seconds of its own time; then the server takes its time.
    for _ in range(60):
        if len(cable.sockets) > before:
            break
        page.clock.run_for(1000)
    is_live(page)
    count(page, 3)

    expect(page.locator("#watermark")).to_be_hidden()
    is_shown(page, true_dots(cast.leader, timezone.now()))


@pytest.mark.parametrize(("ahead", "said"), [(HOUR, "快了"), (-HOUR, "慢了"), (0 * HOUR, None)])
def test_a_wall_with_a_wrong_clock_is_told_and_shows_the_servers_time(watch, cast, ahead, said):
    page = watch(cast.leader, before=lambda page: page.clock.install(time=timezone.now() + ahead))
    is_live(page)
    page.clock.run_for(2000)
    told = page.locator("#clock-wrong")

    if said:
        expect(told).to_contain_text(said)
    else:
        expect(told).to_be_hidden()
    shown = page.locator("#clock").inner_text()[-8:-3]
    now = timezone.localtime()
    assert shown in {f"{now + timedelta(minutes=n):%H:%M}" for n in (-1, 0, 1)}


def test_the_sound_waits_for_a_hand_and_says_what_it_is(watch, cast):
    page = watch(cast.leader)
    is_live(page)
    sound = page.locator("#sound")
    states = [sound.get_attribute("data-state")]
    sound.click()
    expect(sound).to_have_attribute("data-state", "on")
    states.append(sound.get_attribute("data-state"))
    page.reload()
    is_live(page)
    states.append(sound.get_attribute("data-state"))
    page.locator("h1").click()
    expect(sound).to_have_attribute("data-state", "on")
    sound.click()
    states.append(sound.get_attribute("data-state"))

    assert states == ["off", "on", "waiting", "off"]


def rung(page: Page) -> int:
    return page.evaluate("document.getElementById('map').wall.sound.rung")


def test_an_alarm_rings_once_and_not_in_quiet_hours(watch, report, cast, types):
    tickets = [report(event_type=types.village) for _ in range(2)]
    page = watch(cast.leader)
    is_live(page)
    count(page, 2)
    page.locator("#sound").click()
    expect(page.locator("#sound")).to_have_attribute("data-state", "on")
    # Switching it on lets it be heard.
    until(page, "() => document.getElementById('map').wall.sound.rung === 1")
    page.evaluate("document.getElementById('map').wall.sound.rungAt = -1e9")

    turn_red(page, tickets[0])
    rings = [rung(page)]
    page.locator("#settings-open").click()
    page.locator("[name=quiet]").check()
    now = timezone.localtime()
    page.locator("[name=quietFrom]").fill(f"{now - HOUR:%H:%M}")
    page.locator("[name=quietTo]").fill(f"{now + HOUR:%H:%M}")
    page.locator("#settings button").click()
    expect(page.locator("#sound")).to_have_attribute("data-state", "quiet")
    page.evaluate("document.getElementById('map').wall.sound.rungAt = -1e9")
    turn_red(page, tickets[1])
    rings.append(rung(page))

    assert rings == [2, 2]
    expect(page.locator("body")).to_have_attribute("data-quiet", "")
    expect(page.locator("#quiet-now")).to_be_visible()
    expect(page.locator("#alarm-said")).to_contain_text(types.village.name)


def turn_red(page: Page, ticket: Ticket) -> None:
    """Let the wall hear that the ticket's time is over."""
    page.evaluate(
        """(id) => {
            const { store } = document.getElementById('map').wall;
            const dot = store.dots.get(id);
            const now = store.now() / 1000 - 1;
            const late = { ...dot, version: dot.version + 1, turns: [now, now, now] };
            store.hear({ sequence: store.sequence, dot: late });
        }""",
        ticket.pk,
    )


def test_quiet_hours_may_span_midnight(watch, cast):
    page = watch(cast.leader)
    is_live(page)

    found = page.evaluate(
        """() => {
            const { choices } = document.getElementById('map').wall;
            choices.set({ quiet: true, quietFrom: "22:00", quietTo: "07:00" });
            const times = ["21:59", "22:00", "03:00", "06:59", "07:00", "12:00"];
            return times.map((time) => choices.isQuiet(time));
        }"""
    )

    assert found == [False, True, True, True, False, False]


KEEP = """() => {
    const { keeper } = document.getElementById('map').wall;
    window.loaded = false;
    keeper.reload = () => { window.loaded = true; };
}"""
LOOK = "() => document.getElementById('map').wall.keeper.look()"


def is_loaded(page: Page) -> bool:
    """Whether the page would have been loaded again, now that it has looked."""
    # The keeper asks whether the server is there before it leaves.
    until(page, "() => !document.getElementById('map').wall.keeper.leaving")
    return page.evaluate("window.loaded")


def test_a_new_version_is_loaded_when_nobody_is_at_the_wall(watch, cast):
    page = watch(cast.leader)
    is_live(page)
    page.evaluate(KEEP)
    hear = "(v) => document.getElementById('map').wall.keeper.hear(v)"
    page.evaluate(hear, page.evaluate("document.body.dataset.version"))
    same = is_loaded(page)
    page.keyboard.press("Shift")
    page.evaluate(hear, "another")
    touched = is_loaded(page)
    page.evaluate("document.getElementById('map').wall.scenes.touchedAt = -1e9")
    page.evaluate(hear, "another")

    assert (same, touched, is_loaded(page)) == (False, False, True)


def test_the_wall_starts_afresh_at_night_but_not_into_a_page_of_errors(watch, cast):
    page = watch(cast.leader)
    is_live(page)
    page.evaluate(KEEP)
    page.route("**/wall/", lambda route: route.fulfill(status=503, body="away"))
    page.evaluate(
        """() => {
            const { keeper } = document.getElementById('map').wall;
            keeper.since = -1e9;
            keeper.time = () => "04:10";
        }"""
    )
    page.evaluate(LOOK)
    away = is_loaded(page)
    page.unroute("**/wall/")
    page.evaluate(LOOK)

    assert (away, is_loaded(page)) == (False, True)


def test_a_page_that_grows_too_heavy_is_loaded_again(watch, cast):
    page = watch(cast.leader)
    is_live(page)
    page.evaluate(KEEP)
    page.evaluate(
        """() => {
            const { keeper } = document.getElementById('map').wall;
            Object.defineProperty(keeper, "weight", { value: 0.9 });
        }"""
    )
    page.evaluate(LOOK)

    assert is_loaded(page)


def test_who_does_not_move_the_mouse_sees_no_arrow(watch, cast):
    page = watch(cast.leader, before=with_a_clock)
    is_live(page)
    stop_the_clock(page)
    page.clock.run_for(6000)
    resting = page.evaluate("getComputedStyle(document.getElementById('map')).cursor")
    page.mouse.move(300, 300)
    page.mouse.move(310, 310)

    assert resting == "none"
    until(page, "() => getComputedStyle(document.body).cursor !== 'none'")
