"""At every size, in every scene: nothing lies on anything else or beyond the screen."""

import pytest

from tests.screen import can_be_steered, is_live, to_scene

WALLS = [(1366, 768), (1920, 1080), (3840, 1080), (5760, 2160)]
SCENES = ["overview", "towns", "figures", "film"]

# What may not lie on each other: (those among which, none).
GROUPS = {
    "panels": "main .panel",
    "on the map": ".counted, .zoom, .legend, .inset, .card, .not-live",
    "the film's bar": ".film > *",
    "the bar above": "header.bar > *",
    "the bar below": "footer.bar > *",
    "tools": "footer .tool",
    "names on the map": "#map .name",
    "names in the inset": "#inset .name",
    "news": "#feed li",
    "alarms": "#watched li",
    "types": "#types li",
    "areas": "#towns li",
    "hours": "#hours li",
}

CLASHES = """(groups) => {
    const seen = (e) => e.checkVisibility({ checkVisibilityCSS: true })
      && e.getBoundingClientRect().width > 0 && !e.closest(".visually-hidden");
    const clashes = [];
    for (const [name, selector] of Object.entries(groups)) {
      const found = [...document.querySelectorAll(selector)].filter(seen);
      const boxes = found.map((e) => [e, e.getBoundingClientRect()]);
      const pairs = boxes.flatMap((one, i) => boxes.slice(i + 1).map((other) => [one, other]));
      for (const [[a, p], [b, q]] of pairs) {
        if (a.contains(b) || b.contains(a)) continue;
        const over = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const deep = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        const said = (e) => e.textContent.trim().slice(0, 30);
        if (over > 1 && deep > 1) clashes.push([name, said(a), said(b)]);
      }
    }
    return clashes;
}"""

# Text whose box leaves the screen or its panel, or that is cut without saying so.
BEYOND = """() => {
    const found = [];
    for (const e of document.querySelectorAll("body *")) {
      if (e.closest(".visually-hidden, dialog, svg, .credits, .counts")) continue;
      const speaks = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
      if (!speaks || !e.checkVisibility()) continue;
      const box = e.getBoundingClientRect();
      const panel = e.closest(".panel, .bar")?.getBoundingClientRect();
      const style = getComputedStyle(e);
      const ends = style.textOverflow === "ellipsis" || e.closest("[class=towns] .rows");
      const out = panel && (box.left < panel.left - 1 || box.right > panel.right + 1
        || box.top < panel.top - 1 || box.bottom > panel.bottom + 1);
      const cut = e.scrollWidth > e.clientWidth + 1 && style.overflowX !== "visible" && !ends;
      if (out || cut) found.push([e.tagName, e.className, e.textContent.trim().slice(0, 40)]);
    }
    return found;
}"""

SMALLEST = """() => Math.min(...[...document.querySelectorAll('body *')]
    .filter((e) => e.checkVisibility() && !e.closest('.visually-hidden')
                   && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", WALLS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_lies_on_anything_else(watch, report, cast, types, size, language):
    cast.leader.language = language
    cast.leader.save()
    for kind in (types.village, types.town, types.department):
        for _ in range(4):
            report(event_type=kind)
    page = watch(cast.leader, size=size)
    is_live(page)
    can_be_steered(page, 12)

    found = {}
    for scene in SCENES:
        to_scene(page, scene)
        found[scene] = (page.evaluate(CLASHES, GROUPS), page.evaluate(BEYOND))
        smallest = page.evaluate(SMALLEST)
        assert smallest >= (18 if size[1] >= 1080 else 12.8)

    assert found == {scene: ([], []) for scene in SCENES}


@pytest.mark.parametrize("size", WALLS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_card_leaves_the_rest_of_the_map_alone(watch, report, cast, types, size):
    report(event_type=types.village)
    page = watch(cast.leader, size=size)
    is_live(page)
    can_be_steered(page, 1)
    page.keyboard.press("m")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.locator("#card .steps").wait_for()

    assert page.evaluate(CLASHES, {"map": ".counted, .zoom, .card"}) == []
    assert page.evaluate(BEYOND) == []


def test_at_twice_the_size_of_its_letters_the_page_still_scrolls_to_everything(watch, cast):
    # 200 % on a screen of 1366 by 768 is what a window of 683 by 384 shows.
    page = watch(cast.leader, size=(683, 384))
    is_live(page)

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    for name in ("#today-title", "#feed-title", "#map", "#settings-open"):
        page.locator(name).scroll_into_view_if_needed()
        box = page.locator(name).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 684
