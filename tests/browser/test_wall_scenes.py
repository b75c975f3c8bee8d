"""The scenes of the wall, its keys, its way down and up, and what visitors see."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.land import EAST_CREEK, WILLOW_BRIDGE
from tests.screen import can_be_steered, count, is_live, stop_the_clock, to_scene


def with_a_clock(page: Page) -> None:
    page.clock.install()


def scene(page: Page) -> str:
    return page.evaluate("document.body.dataset.scene")


def set_choices(page: Page, **choices) -> None:
    page.evaluate("(given) => document.getElementById('map').wall.choices.set(given)", choices)


def violations(page: Page) -> list:
    found = Axe().run(page).response["violations"]
    return [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found]


def test_scenes_follow_one_another_until_somebody_wants_one(watch, cast):
    page = watch(cast.leader, before=with_a_clock)
    is_live(page)
    stop_the_clock(page)
    set_choices(page, every=15, scenes=["overview", "towns", "figures"])
    # The turns begin here, however long the page took to load.
    page.evaluate("document.getElementById('map').wall.scenes.turn(true)")
    page.clock.run_for(17_000)
    second = scene(page)
    page.clock.run_for(15_000)
    third = scene(page)
    page.keyboard.press("1")
    page.clock.run_for(50_000)
    touched = scene(page)
    page.clock.run_for(13_000)
    calm_again = scene(page)
    page.locator("#rotate").click()
    page.clock.run_for(200_000)
    stopped = scene(page)

    assert (second, third, touched, calm_again, stopped) == (
        "towns", "figures", "overview", "towns", "towns"
    )  # fmt: skip
    expect(page.locator("#rotate")).to_have_attribute("aria-pressed", "false")


def test_what_was_chosen_for_a_wall_stays_with_it(watch, cast):
    page = watch(cast.leader)
    is_live(page)
    page.locator("#settings-open").click()
    page.locator("[name=every]").select_option("300")
    page.locator("[name=scenes][value=figures]").uncheck()
    page.locator("#settings button").click()
    page.reload()
    is_live(page)
    page.keyboard.press("?")

    expect(page.locator("[name=every]")).to_have_value("300")
    expect(page.locator("[name=scenes][value=figures]")).not_to_be_checked()
    expect(page.locator("[name=scenes][value=towns]")).to_be_checked()


def test_the_keyboard_alone_goes_down_to_a_village_and_up_again(watch, report, cast, types):
    ticket = report(event_type=types.village)
    page = watch(cast.leader)
    is_live(page)
    count(page, 1)

    for code in (EAST_CREEK, WILLOW_BRIDGE):
        page.keyboard.press("2")
        expect(page.locator("#towns a").first).to_be_visible()
        link = page.locator(f"#towns a[href*='area={code}']")
        while not link.evaluate("(e) => e === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/wall/?area={code}")
        is_live(page)
        can_be_steered(page, 1)
    page.keyboard.press("m")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_contain_text(ticket.number)
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.wait_for_url(f"**/wall/?area={EAST_CREEK}")
    is_live(page)
    page.keyboard.press("u")

    page.wait_for_url(re.compile(r"/wall/$"))


def test_a_click_on_the_land_tells_how_it_stands_there_and_opens_its_wall(
    watch, report, cast, types
):
    report(event_type=types.village)
    page = watch(cast.leader)
    is_live(page)
    can_be_steered(page, 1)
    x, y = page.evaluate(
        """(code) => {
            const { map } = document.getElementById('map').wall;
            const part = map.parts.find((p) => p.code === code);
            return map.point(part.lng + 0.02, part.lat + 0.02);
        }""",
        EAST_CREEK,
    )
    page.locator("#map").click(position={"x": x, "y": y})

    card = page.locator("#card")
    expect(card.locator("h3")).to_have_text("东溪街道")
    expect(card.locator("dd").first).to_have_text("1")
    card.locator("a").click()
    page.wait_for_url(f"**/wall/?area={EAST_CREEK}")


def test_the_town_sees_no_way_above_itself(watch, cast):
    page = watch(cast.town, path=f"/wall/?area={WILLOW_BRIDGE}")
    is_live(page)

    expect(page.locator(".here a")).to_have_text(["东溪街道"])


def test_each_figure_leads_to_the_tickets_that_it_counts(watch, report, cast, types):
    tickets = [report(event_type=types.village) for _ in range(2)]
    page = watch(cast.leader)
    is_live(page)
    page.locator("[data-figure=received]").click()
    page.locator("#origin-link").click()

    page.wait_for_url(f"**{reverse('wall:behind', args=['received'])}")
    for ticket in tickets:
        expect(page.locator("main")).to_contain_text(ticket.number)
    assert violations(page) == []


def test_for_visitors_the_wall_has_no_numbers_and_places_only_as_far_as_villages(
    watch, report, cast, types
):
    ticket = report(event_type=types.village)
    page = watch(cast.leader)
    is_live(page)
    page.keyboard.press("v")
    # The page comes anew.
    expect(page.locator("body")).to_have_attribute("data-visitor", "1")
    is_live(page)
    can_be_steered(page, 1)
    place = page.evaluate(
        "() => { const [d] = document.getElementById('map').wall.store.dots.values();"
        " return [d.lat, d.lng, d.number]; }"
    )
    page.keyboard.press("m")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#card dl")).to_be_visible()

    assert place == [ticket.village.lat, ticket.village.lng, ""]
    assert ticket.number not in page.content()
    assert page.locator("#origin-link").count() == 0
    page.keyboard.press("v")
    expect(page.locator("body")).to_have_attribute("data-visitor", "")


def test_without_single_keys_letters_do_nothing(watch, cast):
    page = watch(cast.leader)
    is_live(page)
    set_choices(page, keys=False)
    page.keyboard.press("2")

    assert scene(page) == "overview"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_scene_has_barriers_that_axe_knows(watch, report, cast, types, language):
    cast.leader.language = language
    cast.leader.save()
    for kind in (types.village, types.town, types.department):
        report(event_type=kind)
    page = watch(cast.leader)
    is_live(page)
    can_be_steered(page, 3)
    found = {}
    for name in ("overview", "towns", "figures", "film"):
        to_scene(page, name)
        found[name] = violations(page)
    page.locator("#settings-open").click()
    found["settings"] = violations(page)

    assert found == dict.fromkeys(("overview", "towns", "figures", "film", "settings"), [])
