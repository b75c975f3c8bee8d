"""The public form: a report, and what can be wrong with it."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from tests.tickets.public.residents import (
    OUT,
    RUBBISH,
    browser,
    errors_on,
    filled,
    hidden,
    photo,
    reported,
    text_of,
)
from tests.tickets.two_towns import IN_REED, OUTSIDE, REED
from tickets.models import Contact, Photo, Ticket
from tickets.receipts import pin_of

pytestmark = pytest.mark.django_db


# --- A report ------------------------------------------------------------------------------------


def test_a_resident_without_script_reports_and_gets_a_receipt(resident):
    sent = resident.post("/report/", filled(event_type="0102"))
    ticket = Ticket.objects.get()
    assert (sent.status_code, sent.url) == (302, "/report/done/")
    assert {
        "state": ticket.state, "channel": ticket.channel, "area": ticket.area_code,
        "exact": ticket.exact, "type": ticket.event_type.code, "handler": ticket.handler.name_en,
        "words": ticket.text.words, "held": ticket.held, "by": ticket.entered_by,
    } == {
        "state": "dispatched", "channel": "web", "area": REED,
        "exact": False, "type": "0102", "handler": "Reed centre",
        "words": RUBBISH, "held": False, "by": None,
    }  # fmt: skip
    page = text_of(resident.get("/report/done/"))
    for shown in [ticket.number, ticket.code, pin_of(ticket.key), "Reed centre",
                  "is first handled in the village or community", "Westbank · Reed",
                  f"{timezone.localtime(ticket.resolve_by):%Y-%m-%d %H:%M}",
                  "The limit is 5 working days"]:  # fmt: skip
        assert shown in page, shown
    # How the time is reckoned is folded in, not hidden behind a script.
    assert "<summary>" in page


def test_a_point_goes_to_its_grid(resident):
    ticket = reported(resident, lat=str(IN_REED[0]), lng=str(IN_REED[1]), area_code="")
    assert (ticket.area_code, ticket.exact) == (f"{REED}001", True)
    assert (ticket.lat, ticket.lng) == IN_REED


def test_emoji_and_rare_characters_are_kept_as_typed(resident):
    words = "井盖👷‍♀️坏了 𠮷家 ﷽ <b>&amp;</b>"
    assert reported(resident, words=words).text.words == words


def test_contact_is_kept_encrypted_and_only_if_given(resident):
    ticket = reported(resident, contact_phone="138 0013-8000", contact_name="李四")
    contact = Contact.objects.get(ticket=ticket)
    assert (contact.name, contact.phone, contact.language) == ("李四", "13800138000", "en")


def test_the_pin_is_in_no_address_and_the_thanks_are_for_one_browser_only(resident):
    ticket = reported(resident)
    pin = pin_of(ticket.key)
    assert pin not in resident.get("/report/done/").request["PATH_INFO"]
    stranger = browser().get("/report/done/")
    assert (stranger.status_code, stranger.url) == (302, "/report/")


def test_another_one_nearby_starts_at_the_same_place(resident):
    ticket = reported(resident, lat="29.82", lng="106.01", area_code="")
    page = resident.get(f"/report/?near={ticket.code}")
    assert (hidden(page, "lat"), hidden(page, "lng")) == ("29.82", "106.01")
    stranger = browser().get(f"/report/?near={ticket.code}")
    assert (hidden(stranger, "lat"), hidden(stranger, "lng")) == ("", "")


def test_a_form_sent_twice_is_one_report(resident):
    form = filled()
    answers = [resident.post("/report/", form) for _ in range(2)]
    assert [a.url for a in answers] == ["/report/done/"] * 2
    assert Ticket.objects.count() == 1


def test_the_same_form_with_other_words_is_told_so_and_can_be_sent_as_another(resident):
    form = filled()
    resident.post("/report/", form)
    changed = form | {"words": "The lamp in front of number 7 is dark."}
    again = resident.post("/report/", changed)
    assert errors_on(again) == [
        "This form was sent before with other content, and that report was received. If this is "
        "another matter, press the button once more."
    ]
    assert "The lamp in front of number 7 is dark." in text_of(again)
    key = hidden(again, "key")
    assert key != form["key"]
    assert resident.post("/report/", changed | {"key": key}).status_code == 302
    assert Ticket.objects.count() == 2


def test_reports_faster_than_a_person_reports_are_taken_in_and_held(resident, clock_stands):
    resident.get("/report/")
    for _ in range(7):
        assert resident.post("/report/", filled()).status_code == 302
    assert list(Ticket.objects.order_by("pk").values_list("held", flat=True)) == [False] * 6 + [
        True
    ]


def test_a_browser_without_cookies_is_measured_by_its_address(clock_stands):
    for _ in range(31):
        assert browser().post("/report/", filled()).status_code == 302
    assert Ticket.objects.filter(held=True).count() == 1


# --- What can be wrong with a report --------------------------------------------------------------

LOOK_BELOW = " You can also choose the village below."
BAD = {
    "no words": ({"words": "  "}, "Please say in a few words what is the matter."),
    "one letter": ({"words": "x"}, "Please say in a few words what is the matter."),
    "no place": (
        {"area_code": ""}, "Please say where: use the map, or choose the village or community.",
    ),
    "half a point": (
        {"area_code": "", "lat": "29.82"},
        "Please say where: use the map, or choose the village or community.",
    ),
    "outside": ({"lat": str(OUTSIDE[0]), "lng": str(OUTSIDE[1])}, OUT + LOOK_BELOW),
    "swapped": (
        {"lat": "106.01", "lng": "29.82"},
        "Latitude and longitude seem to have changed places: 106.01000, 29.82000." + LOOK_BELOW,
    ),
    "no such place": (
        {"lat": "95", "lng": "200"},
        "There is no such place: latitude goes to 90, longitude to 180 degrees." + LOOK_BELOW,
    ),
    "no numbers": ({"lat": "here", "lng": "there"}, "Latitude and longitude must be numbers."),
    "not a number": ({"lat": "nan", "lng": "inf"}, "Latitude and longitude must be numbers."),
    "a megabyte": (
        {"words": "x" * 1_048_576},
        "Please shorten the text: it has 1048576 characters, 5000 are the most.",
    ),
    "null bytes": (
        {"words": "a\0b\0c"},
        "The text held characters that cannot be stored. They were taken out: please look at it "
        "and send it again.",
    ),
    "no telephone": (
        {"contact_phone": "12"},
        "This is no telephone number: 11 digits of a mobile, or one with its area code.",
    ),
    "a whole town": (
        {"area_code": "990001001"},
        "Select a valid choice. 990001001 is not one of the available choices.",
    ),
    "an unknown type": (
        {"event_type": "9999"},
        "Select a valid choice. That choice is not one of the available choices.",
    ),
    "no key": ({"key": "x"}, "The form came in incomplete. Please send it once more."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_whatever_is_wrong_is_said_in_a_sentence_and_nothing_typed_is_lost(resident, name):
    changes, sentence = BAD[name]
    form = filled(contact_name="Li Si") | changes
    page = resident.post("/report/", form)
    assert (page.status_code, errors_on(page), Ticket.objects.count()) == (200, [sentence], 0)
    words = form["words"].replace("\0", "").strip()
    assert words in text_of(page)
    assert 'value="Li Si"' in text_of(page)
    if form["area_code"] == REED:
        assert f'<option value="{REED}" selected>' in text_of(page)


def test_what_was_mended_goes_through(resident):
    page = resident.post("/report/", filled(key="x"))
    mended = filled(key=hidden(page, "key"))
    assert resident.post("/report/", mended).status_code == 302


def test_the_error_is_also_at_its_field_for_those_who_hear_the_page(resident):
    page = text_of(resident.post("/report/", filled(words="")))
    field = re.search(r"<textarea[^>]*name=\"words\"[^>]*>", page)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert "id_words_error" in field[0]
    assert 'id="id_words_error"' in page
    assert "<title>Error: " in page


def too_many_pixels() -> SimpleUploadedFile:
    """A PNG whose header says fifty megapixels."""
    content = io.BytesIO()
    Image.new("1", (10_000, 5_000)).save(content, "PNG")
    return SimpleUploadedFile("bomb.png", content.getvalue(), "image/png")


BAD_PHOTOS = {
    "no photo": (
        lambda: SimpleUploadedFile("virus.jpg", b"MZ" + b"\0" * 500, "image/jpeg"),
        "“virus.jpg” is not a photo in JPEG, PNG or WebP format. Choose another.",
    ),
    "empty": (
        lambda: SimpleUploadedFile("empty.jpg", b"", "image/jpeg"),
        "“empty.jpg” is empty. Choose the photo again.",
    ),
    "a bomb": (
        too_many_pixels, "“bomb.png” has more than 40 million pixels. Send a smaller one.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_PHOTOS)
def test_one_bad_photo_does_not_lose_the_others(resident, name):
    make, sentence = BAD_PHOTOS[name]
    form = filled()
    page = resident.post("/report/", form | {"photos": [photo("good.jpg"), make()]})
    assert (errors_on(page), Ticket.objects.count()) == ([sentence], 0)
    assert "1 photo is kept." in text_of(page)
    kept = {"kept": hidden(page, "kept"), "key": hidden(page, "key")}
    assert resident.post("/report/", form | kept).status_code == 302
    assert Photo.objects.count() == 1


def test_photos_are_kept_over_an_error_and_one_can_be_left_out(resident):
    form = filled(words="")
    page = resident.post("/report/", form | {"photos": [photo("a.jpg"), photo("bb.jpg")]})
    assert "2 photos are kept." in text_of(page)
    marks = re.findall(r'name="drop" value="([0-9a-f]+)"', text_of(page))
    sent = form | {"words": RUBBISH, "kept": hidden(page, "kept"), "drop": [marks[0]],
                   "photos": [photo("ccc.jpg")]}  # fmt: skip
    assert resident.post("/report/", sent).status_code == 302
    sha = Photo.objects.order_by("position").values_list("sent_sha256", flat=True)
    assert [digest[:16] for digest in sha][0] == marks[1]
    assert len(sha) == 2


def test_kept_photos_of_another_form_or_forged_ones_are_not_taken(resident):
    page = resident.post("/report/", filled(words="") | {"photos": [photo()]})
    stolen = filled(kept=hidden(page, "kept"))
    assert resident.post("/report/", stolen).status_code == 302
    assert resident.post("/report/", filled(kept="forged:token:here")).status_code == 302
    assert Photo.objects.count() == 0


def test_nine_photos_are_one_too_many_and_said_so(resident):
    nine = [photo(f"{'n' * n}.jpg") for n in range(1, 10)]
    page = resident.post("/report/", filled() | {"photos": nine})
    assert errors_on(page) == ["At most 8 photos can be sent; please leave some out."]
    assert "9 photos are kept." in text_of(page)


def test_a_whole_album_is_refused_and_the_words_stay(resident):
    album = [photo(f"{n}.jpg") for n in range(40)]
    page = resident.post("/report/", filled() | {"photos": album})
    assert errors_on(page) == ["At most 8 photos can be sent; please leave some out."]
    assert RUBBISH in page.content.decode()


# --- A form that was open too long ----------------------------------------------------------------


def test_an_expired_form_opens_again_with_all_that_was_typed_and_its_photos():
    client = browser(enforce_csrf_checks=True)
    client.get("/report/")
    sent = filled(csrfmiddlewaretoken="x" * 64, contact_name="Li Si")
    page = client.post(
        "/report/", sent | {"photos": [photo()]}, headers={"origin": "http://testserver"}
    )
    assert page.status_code == 403
    assert errors_on(page) == [
        "The page was open too long. Nothing is lost: please press the button once more."
    ]
    assert RUBBISH in text_of(page)
    assert "1 photo is kept." in text_of(page)
    again = sent | {"csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken"),
                    "kept": hidden(page, "kept"), "key": hidden(page, "key")}  # fmt: skip
    assert client.post("/report/", again).status_code == 302
    assert Photo.objects.count() == 1


def test_a_form_of_a_foreign_site_is_refused_without_its_words():
    client = browser(enforce_csrf_checks=True)
    page = client.post("/report/", filled(), headers={"origin": "https://elsewhere.example"})
    assert page.status_code == 403
    assert RUBBISH not in text_of(page)
