"""A grid worker's phone: a day from signing to returning, and found and fixed counted in taps."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from people.models import User
from tests import land
from tests.browser.desks import PASSWORD, PHONE, faults, fits
from tickets.models import Request, Ticket

IN_THE_GRID = {"latitude": 25.02, "longitude": 110.11}
ELSEWHERE = {"latitude": 25.08, "longitude": 110.01}


def picture(path: Path) -> Path:
    Image.new("RGB", (640, 480), (90, 120, 90)).save(path)
    return path


def allow(context: BrowserContext) -> None:
    context.grant_permissions(["geolocation"])


@pytest.mark.slow
def test_a_day_from_signing_to_resolving_with_a_photo_and_returning(office, pick_up, tmp_path):
    rubbish = office.report("路边一堆垃圾", kind="0102")
    wiring = office.report("有人私拉电线", kind="0202")
    page = pick_up()
    card = page.locator(f"#t-{rubbish.number}")

    card.get_by_role("button", name="Sign for").click()
    expect(page.get_by_role("status").first).to_contain_text("Signed for")
    card.get_by_role("button", name="Start").click()
    card.get_by_role("link", name="Resolve").click()
    page.get_by_label("What was done").fill("清走了")
    page.set_input_files("#id_photos", picture(tmp_path / "after.jpg"))
    expect(page.locator("[data-thumbs] img")).to_have_count(1)
    assert fits(page)
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_role("status").first).to_contain_text("Resolved")
    expect(card).to_have_count(0)
    page.get_by_text("Finished today").click()
    expect(page.locator(".done")).to_contain_text("路边一堆垃圾")

    other = page.locator(f"#t-{wiring.number}")
    other.locator("summary").click()
    other.get_by_role("link", name="Ask: Return").click()
    page.get_by_label("Reason").select_option("not_ours")
    page.get_by_label("Why").fill("是供电所的线")
    page.get_by_role("button", name="Ask").click()
    expect(other).to_contain_text("decides by")

    rubbish.refresh_from_db()
    assert (rubbish.state, rubbish.photos.count()) == ("resolved", 1)
    assert Request.objects.get().ticket == wiring


@pytest.mark.slow
def test_found_and_fixed_is_three_taps(office, pick_up):
    page = pick_up(geolocation=IN_THE_GRID)
    allow(page.context)
    taps = []
    page.expose_function("tapped", lambda: taps.append(1))
    page.add_init_script("addEventListener('pointerdown', () => window.tapped(), true)")
    page.reload()

    page.get_by_role("navigation", name="My work").get_by_text("Found and fixed").tap()
    # Allowed before: the place is found without a tap.
    expect(page.locator("[data-said]")).to_contain_text("Willow Bridge")
    page.locator(".chips label", has_text="Piled rubbish").tap()
    page.get_by_role("button", name="It is fixed").tap()
    expect(page.get_by_role("status").first).to_contain_text("settled on the spot")

    ticket = Ticket.objects.get()
    assert len(taps) == 3
    assert (ticket.state, ticket.exact, ticket.area_code) == ("closed", True, land.WILLOW_GRIDS[0])


@pytest.mark.slow
def test_a_place_outside_their_grid_is_said_before_sending_and_can_be_reported(office, pick_up):
    page = pick_up("/day/found/", geolocation=ELSEWHERE)
    allow(page.context)
    page.get_by_role("button", name="Use my place").click()
    expect(page.get_by_text("This is not in your grid. You can report it.")).to_be_visible()
    page.locator(".chips label", has_text="Piled rubbish").click()
    page.get_by_role("button", name="It is fixed").click()
    expect(page.get_by_role("alert")).to_contain_text("not in your grid")
    expect(page.locator(".chips input:checked")).to_have_count(1)

    page.get_by_role("button", name="I cannot fix it").click()
    expect(page.get_by_role("status").first).to_contain_text("is reported")

    assert Ticket.objects.get().village.code == land.MILL


@pytest.mark.slow
def test_the_devices_place_orders_the_day_and_is_sent_to_nobody(office, pick_up):
    far = office.report("远处的垃圾", kind="0102", lat=25.04, lng=110.13)
    near = office.report("近处的吵闹", kind="0301", lat=25.021, lng=110.111)
    page = pick_up(geolocation=IN_THE_GRID)
    allow(page.context)
    asked = []
    page.on("request", lambda request: "/static/" in request.url or asked.append(request.url))

    page.get_by_role("button", name="By distance").click()
    expect(page.locator(".job").first).to_have_id(f"t-{near.number}")
    expect(page.locator(".job").first).to_contain_text("m away")
    page.get_by_role("button", name="By time").click()

    expect(page.locator(".job").first).to_have_id(f"t-{far.number}")
    assert asked == []


@pytest.mark.slow
def test_what_was_typed_outlives_a_session_that_ended(office, pick_up, live):
    page = pick_up("/day/found/")
    page.locator(".chips label", has_text="Piled rubbish").click()
    page.get_by_text("A word or photos").click()
    page.get_by_label("A word to it").fill("桥头清走了")
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="It is fixed").click()
    page.locator("input[name=username]").fill("worker")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()

    expect(page.get_by_text("What you wrote is still here.")).to_be_visible()
    page.get_by_role("button", name="It is fixed").click()
    expect(page.get_by_role("status").first).to_contain_text("settled on the spot")
    assert Ticket.objects.get().text.words == "桥头清走了"
    page.goto(f"{live.url}/day/found/")
    expect(page.locator(".chips input:checked")).to_have_count(0)


@pytest.mark.slow
def test_the_day_works_without_script(office, pick_up, live):
    ticket = office.report("路边一堆垃圾", kind="0102")
    page = pick_up(java_script_enabled=False)

    page.get_by_role("button", name="Sign for").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("link", name="Resolve")).to_be_visible()
    expect(page.get_by_role("button", name="By distance")).to_be_hidden()
    page.goto(f"{live.url}/day/found/")
    page.locator(".chips label", has_text="Piled rubbish").click()
    page.get_by_role("button", name="It is fixed").click()
    expect(page.get_by_role("status").first).to_contain_text("settled on the spot")

    ticket.refresh_from_db()
    assert ticket.state == "handling"
    assert Ticket.objects.filter(state="closed").count() == 1


@pytest.mark.slow
@pytest.mark.parametrize(("language", "ground"), [("zh-hans", "dark"), ("en", "light")])
def test_the_workers_pages_are_legible_for_all_by_day_and_by_night(
    office, pick_up, live, language, ground
):
    User.objects.update(language=language)
    over = office.report("第一件：" + "这里有点不对劲，请来人看一看是怎么回事" * 2, kind="0202")
    office.report("第二件", kind="0102")
    page = pick_up(color_scheme=ground)
    for path in (
        "/day/", "/day/found/", "/tickets/new/", f"/tickets/{over.number}/",
        f"/tickets/{over.number}/ask/return/?back=day", "/inbox/",
    ):  # fmt: skip
        page.goto(f"{live.url}{path}")
        for width in (360, 390, 768):
            page.set_viewport_size({"width": width, "height": 780})
            assert fits(page), f"{path} sticks out at {width}"
        page.set_viewport_size(PHONE)
        assert faults(page) == [], path


@pytest.mark.slow
def test_photos_before_and_after_are_made_small_on_the_phone(office, pick_up, tmp_path):
    Image.effect_noise((4000, 3000), 80).convert("RGB").save(tmp_path / "large.jpg")
    page = pick_up("/day/found/")
    page.locator(".chips label", has_text="Piled rubbish").click()
    page.get_by_text("A word or photos").click()
    page.set_input_files("#id_photos", tmp_path / "large.jpg")
    page.set_input_files("#id_result", picture(tmp_path / "after.jpg"))
    page.get_by_role("button", name="It is fixed").click()
    expect(page.get_by_role("status").first).to_contain_text("settled on the spot")

    shots = Ticket.objects.get().photos.order_by("position")
    assert [shot.purpose for shot in shots] == ["report", "evidence"]
    with Image.open(tmp_path / shots[0].upload or shots[0].file) as sent:
        assert max(sent.size) == 1600
