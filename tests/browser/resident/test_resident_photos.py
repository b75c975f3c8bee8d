"""Photos before they are sent: smaller, with faces covered, taken away again."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Page, expect

from tests.browser.resident.phones import RUBBISH
from tickets.models import Photo

# How long a page may stand still on a phone a quarter as quick as this machine.
STANDSTILL = 1500  # milliseconds
WATCH = """() => {
    window.standstill = 0;
    let last = performance.now();
    setInterval(() => {
        window.standstill = Math.max(window.standstill, performance.now() - last);
        last = performance.now();
    }, 20);
}"""


@pytest.fixture
def twelve(tmp_path: Path) -> Path:
    """A photo of twelve megapixels, as a phone takes it: lying, with the turn in its header."""
    path = tmp_path / "IMG_1.jpg"
    picture = Image.effect_noise((400, 300), 90).resize((4000, 3000), Image.Resampling.NEAREST)
    turned = Image.Exif()
    turned[0x0112] = 6  # to be turned by a quarter
    picture.convert("RGB").save(path, quality=92, exif=turned)
    return path


def chosen(page: Page) -> list[Image.Image]:
    """The pictures that the form would send now."""
    texts = page.evaluate("""async () => Promise.all(
      [...document.querySelector("#id_photos").files].map((file) => new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result.split(",")[1]);
        reader.readAsDataURL(file);
      })))""")
    return [Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB") for text in texts]


def noisy(path: Path) -> Path:
    Image.effect_noise((800, 600), 120).convert("RGB").save(path, quality=95)
    return path


def liveliness(picture: Image.Image, box: tuple[int, int, int, int]) -> float:
    """How much the pixels of one square differ among themselves."""
    return ImageStat.Stat(picture.crop(box).convert("L")).stddev[0]


def test_twelve_megapixels_do_not_stop_a_slow_phone_and_are_sent_small(
    district, phone, page, twelve
):
    phone.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    stood: list[float] = []
    # A machine with other work may stop it once; a page that stops by itself does so each time.
    while not stood or min(stood) >= STANDSTILL and len(stood) < 5:
        page.goto(f"{district.url}/report/")
        page.evaluate(WATCH)
        page.set_input_files("#id_photos", twelve)
        expect(page.locator("[data-thumbs] img")).to_have_count(1, timeout=60_000)
        stood.append(page.evaluate("window.standstill"))
    assert min(stood) < STANDSTILL
    assert [worker.url.rpartition("/")[2] for worker in page.workers] == ["photo-worker.js"]
    (sent,) = chosen(page)
    assert sent.size == (1200, 1600)
    assert dict(sent.getexif()) == {}


def test_a_form_that_is_sent_at_once_waits_for_its_photo(district, page, twelve):
    page.goto(f"{district.url}/report/")
    page.fill("#id_words", RUBBISH)
    page.select_option("#id_area_code", label="Reed")
    page.set_input_files("#id_photos", twelve)
    page.click(".button-seal")
    page.wait_for_url("**/report/done/", timeout=60_000)
    assert largest_side_of_the_photo() == 1600


def largest_side_of_the_photo() -> int:
    return max(kept_picture().size)


def kept_picture() -> Image.Image:
    from django.conf import settings

    photo = Photo.objects.get()
    return Image.open(Path(settings.MEDIA_ROOT, photo.file or photo.upload)).convert("RGB")


def test_without_workers_photos_are_made_smaller_in_the_page(district, page, twelve):
    page.add_init_script("delete window.Worker; delete window.OffscreenCanvas;")
    page.goto(f"{district.url}/report/")
    page.set_input_files("#id_photos", twelve)
    expect(page.locator("[data-thumbs] img")).to_have_count(1, timeout=60_000)
    assert chosen(page)[0].size == (1200, 1600)


def test_what_is_no_picture_is_left_to_the_server_that_says_so(district, page, tmp_path):
    path = tmp_path / "virus.jpg"
    path.write_bytes(b"MZ" + bytes(500))
    page.goto(f"{district.url}/report/")
    page.set_input_files("#id_photos", path)
    page.fill("#id_words", RUBBISH)
    page.select_option("#id_area_code", label="Reed")
    page.click(".button-seal")
    expect(page.locator("#errors")).to_contain_text("is not a photo in JPEG, PNG or WebP format")
    expect(page.locator("#id_words")).to_have_value(RUBBISH)


def test_the_brush_covers_what_is_sent_and_nothing_else(district, page, tmp_path):
    page.goto(f"{district.url}/report/")
    page.set_input_files("#id_photos", noisy(tmp_path / "street.jpg"))
    page.click(".thumb-cover")
    canvas = page.locator("dialog canvas")
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=4)
    page.mouse.up()
    page.click("dialog [data-done]")
    expect(page.locator("dialog")).to_have_count(0, timeout=60_000)
    expect(page.locator(".thumb-cover")).to_have_text("Covered")
    page.fill("#id_words", RUBBISH)
    page.select_option("#id_area_code", label="Reed")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    kept = kept_picture()
    assert kept.size == (800, 600)
    # Squares of 17 pixels: within one of them there is one colour left.
    column, row = 24 * 17, 17 * 17
    assert liveliness(kept, (column + 3, row + 3, column + 14, row + 14)) < 8
    assert liveliness(kept, (20, 20, 60, 60)) > 60


def test_the_brush_works_from_the_keyboard_and_can_be_undone(district, page, tmp_path):
    page.goto(f"{district.url}/report/")
    page.set_input_files("#id_photos", noisy(tmp_path / "street.jpg"))
    page.locator(".thumb-cover").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog canvas")).to_be_focused()
    expect(page.locator("dialog [data-done]")).to_be_disabled()
    page.keyboard.press("+")
    page.keyboard.press("Space")
    expect(page.locator("dialog [data-status]")).to_have_text("Covered.")
    page.click("dialog [data-undo]")
    expect(page.locator("dialog [data-done]")).to_be_disabled()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    page.locator("dialog [data-done]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0, timeout=60_000)
    expect(page.locator(".thumb-cover")).to_be_focused()
    expect(page.locator(".thumb-cover")).to_have_text("Covered")
    # Escape changes nothing.
    page.keyboard.press("Enter")
    expect(page.locator("dialog canvas")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    assert len(chosen(page)) == 1


def test_photos_are_taken_away_with_the_keyboard(district, page, picture, tmp_path):
    page.goto(f"{district.url}/report/")
    page.set_input_files("#id_photos", [picture, noisy(tmp_path / "other.jpg")])
    expect(page.locator("[data-thumbs] img")).to_have_count(2)
    page.get_by_label("Remove this photo: bin.jpg").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-thumbs] img")).to_have_count(1)
    expect(page.locator("#id_photos")).to_be_focused()
    assert [picture.size for picture in chosen(page)] == [(800, 600)]


def test_whoever_stands_at_a_photo_stays_there_while_another_becomes_ready(
    district, page, picture, twelve
):
    page.goto(f"{district.url}/report/")
    page.set_input_files("#id_photos", picture)
    covers = page.locator("[data-thumbs] .thumb-cover")
    expect(covers).to_have_count(1)
    covers.focus()
    page.set_input_files("#id_photos", twelve)
    expect(covers).to_have_count(2)

    expect(covers.first).to_be_focused()
