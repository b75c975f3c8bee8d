"""The residents' pages: reporting, the receipt, following, rating; and all that goes wrong."""

import gzip
import io
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from people.models import User
from tests.tickets import two_towns
from tests.tickets.two_towns import IN_REED, LOTUS, OUTSIDE, REED
from tickets import lifecycle
from tickets.models import Contact, Photo, Rating, Request, Ticket, TicketEvent
from tickets.receipts import pin_of

pytestmark = pytest.mark.django_db
LANGUAGES = ["en", "zh-hans"]
RUBBISH = "Somebody dumps rubbish behind the market every night."


@pytest.fixture(autouse=True)
def district(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    two_towns.settle()


@pytest.fixture
def resident() -> Client:
    """A resident's browser, in English."""
    return browser()


def browser(language: str = "en", **options: Any) -> Client:
    client = Client(**options)
    client.cookies["django_language"] = language
    return client


def photo(name: str = "bin.jpg", size: tuple[int, int] = (32, 24)) -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", size, name_colour(name)).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def name_colour(name: str) -> tuple[int, int, int]:
    return (len(name) * 7 % 256, sum(name.encode()) % 256, 90)


def filled(**changes: Any) -> dict[str, Any]:
    """A report as a browser without script sends it."""
    return {"key": str(uuid.uuid4()), "words": RUBBISH, "lat": "", "lng": "", "area_code": REED,
            "event_type": "", "contact_name": "", "contact_phone": ""} | changes  # fmt: skip


def reported(client: Client, **changes: Any) -> Ticket:
    response = client.post("/report/", filled(**changes))
    assert response.status_code == 302, errors_on(response)
    return Ticket.objects.get()


def text_of(response: Any) -> str:
    return response.content.decode()


def errors_on(response: Any) -> list[str]:
    """What the summary on top says, in order."""
    summary = re.search(r'<div class="errors".*?</ul>', text_of(response), re.DOTALL)
    if not summary:
        return []
    items = re.findall(r"<li>(.*?)</li>", summary[0], re.DOTALL)
    return [re.sub(r"<[^>]+>", "", item).replace("&quot;", '"') for item in items]


def hidden(response: Any, name: str) -> str:
    """The value of a hidden field of the page."""
    tag = re.search(rf'<input type="hidden" name="{name}"[^>]*>', text_of(response))
    assert tag, name
    value = re.search(r'value="([^"]*)"', tag[0])
    return value[1] if value else ""


def said(client: Client) -> str:
    """The messages on the page that the last answer led to."""
    found = re.search(r'<ul class="messages".*?</ul>', text_of(client.get("/about/")), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


# --- The pages, for everybody -------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/report/", "/track/", "/track/ABCDEFGHJK/", "/about/"])
def test_every_page_opens_without_an_account_in_both_languages(path, language):
    page = browser(language).get(path)
    assert page.status_code == 200
    assert f'<html lang="{language}"' in text_of(page)
    assert ("试县·一键呼应" if language == "zh-hans" else "Trial District calls") in text_of(page)


def test_the_form_shows_the_emergency_numbers_before_anything_else(resident):
    page = text_of(resident.get("/report/"))
    assert re.findall(r'href="tel:(\d+)"', page) == ["110", "119", "120"]
    assert page.index("tel:110") < page.index('<form method="post" action="/report/"')


def test_pages_have_nothing_inline_that_the_policy_would_refuse(resident):
    for path in ["/report/", "/track/", "/about/"]:
        page = text_of(resident.get(path))
        assert not re.search(r'\sstyle="|\son[a-z]+="|<style|<script(?![^>]*\ssrc=)', page), path


def test_the_first_page_weighs_less_than_150_kilobytes(resident):
    page = resident.get("/report/")
    weight = len(gzip.compress(page.content))
    for name in re.findall(r'(?:href|src)="/static/([^"#]+)', text_of(page)):
        if "leaflet" not in name:
            weight += len(gzip.compress(Path(settings.ROOT, "static", name).read_bytes()))
    assert weight < 150_000


def test_staff_who_open_the_first_page_are_led_to_their_work():
    client = browser()
    client.force_login(User.objects.get(username=f"duty-{REED}"))
    page = client.get("/")
    assert (page.status_code, page.url) == (302, "/tickets/")


def test_large_type_is_a_switch_that_stays_and_goes(resident):
    on = resident.post("/elder/", {"next": "/track/"})
    assert (on.status_code, on.url) == (302, "/track/")
    assert 'data-mode="elder"' in text_of(resident.get("/report/"))
    resident.post("/elder/", {"next": "/report/"})
    assert 'data-mode="elder"' not in text_of(resident.get("/report/"))


def test_the_switch_leads_nowhere_else(resident):
    assert resident.post("/elder/", {"next": "https://elsewhere.example/"}).url == "/"


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


def test_reports_faster_than_a_person_reports_are_taken_in_and_held(resident):
    resident.get("/report/")
    for _ in range(7):
        assert resident.post("/report/", filled()).status_code == 302
    assert list(Ticket.objects.order_by("pk").values_list("held", flat=True)) == [False] * 6 + [
        True
    ]


def test_a_browser_without_cookies_is_measured_by_its_address():
    for _ in range(31):
        assert browser().post("/report/", filled()).status_code == 302
    assert Ticket.objects.filter(held=True).count() == 1


# --- What can be wrong with a report --------------------------------------------------------------

OUT = f"This place ({OUTSIDE[0]:.5f}, {OUTSIDE[1]:.5f}) lies outside the district."
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


# --- Following a report ---------------------------------------------------------------------------


@pytest.fixture
def ticket(resident) -> Ticket:
    return reported(resident, event_type="0102")


def test_code_and_pin_open_the_report_on_any_device(ticket):
    other = browser()
    typed = f" {ticket.code[:5].lower()}-{ticket.code[5:]} "
    pin = pin_of(ticket.key)
    opened = other.post("/track/", {"code": typed, "pin": f"{pin[:3]} {pin[3:]}"})
    assert (opened.status_code, opened.url) == (302, f"/track/{ticket.code}/")
    page = text_of(other.get(opened.url))
    for shown in [RUBBISH, ticket.number, "Dispatched, to be signed for", "Reed centre",
                  "You reported it.", "It was given to Reed centre."]:  # fmt: skip
        assert shown in page, shown


def without_tokens(response: Any) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", text_of(response))


def test_a_wrong_code_and_a_wrong_pin_look_the_same(ticket):
    wrong_pin = f"{(int(pin_of(ticket.key)) + 1) % 1_000_000:06d}"
    pages = [
        browser().post("/track/", {"code": code, "pin": wrong_pin})
        for code in (ticket.code, "0000000000")
    ]
    assert errors_on(pages[0]) == ["There is no report with this code and PIN. Please check both."]
    shown = [
        without_tokens(page).replace(code, "CODE")
        for page, code in zip(pages, (ticket.code, "0000000000"), strict=True)
    ]
    assert shown[0] == shown[1]
    assert pages[0].status_code == pages[1].status_code


def test_without_a_receipt_a_known_and_an_unknown_code_show_the_same_question(ticket):
    known, unknown = (browser().get(f"/track/{code}/") for code in (ticket.code, "0000000000"))
    assert RUBBISH not in text_of(known)
    assert f'value="{ticket.code}"' in text_of(known)
    shown = [
        without_tokens(known).replace(ticket.code, "CODE"),
        without_tokens(unknown).replace("0000000000", "CODE"),
    ]
    assert shown[0] == shown[1]


def test_after_five_wrong_tries_even_the_right_pin_has_to_wait(ticket):
    other = browser()
    for _ in range(5):
        other.post("/track/", {"code": ticket.code, "pin": "no"})
    late = other.post("/track/", {"code": ticket.code, "pin": pin_of(ticket.key)})
    assert late.status_code == 429
    assert errors_on(late) == ["There were too many tries. Please wait a quarter of an hour."]


def test_null_bytes_in_code_and_pin_are_answered_with_a_sentence(resident):
    page = resident.post("/track/", {"code": "a\0", "pin": "\0"})
    assert page.status_code == 200
    assert len(errors_on(page)) == 2


def test_a_device_lists_its_reports_and_forgets_them_when_told(resident, ticket):
    assert ticket.number in text_of(resident.get("/track/"))
    resident.post("/track/forget/")
    assert ticket.number not in text_of(resident.get("/track/"))
    assert RUBBISH not in text_of(resident.get(f"/track/{ticket.code}/"))


def test_a_strangers_browser_cannot_act_on_the_report(ticket):
    for what in ["comment", "withdraw", "rate", "reopen"]:
        answer = browser().post(f"/track/{ticket.code}/{what}/", {"key": str(uuid.uuid4())})
        assert (answer.status_code, answer.url) == (302, f"/track/{ticket.code}/")
    assert Ticket.objects.get().version == ticket.version


# --- What the reporter does later -----------------------------------------------------------------


def act(client: Client, ticket: Ticket, what: str, **fields: Any) -> Any:
    form = {"key": str(uuid.uuid4())} | fields
    return client.post(f"/track/{ticket.code}/{what}/", form)


def handle(ticket: Ticket) -> None:
    """The centre of Reed handles and answers it."""
    duty, at = User.objects.get(username=f"duty-{REED}"), timezone.now()
    step = {"ticket_id": ticket.pk, "by": duty, "at": at}
    lifecycle.sign(**step)
    lifecycle.start(**step)
    lifecycle.resolve(**step, words="Taken away.", evidence="seen by two neighbours")
    lifecycle.feed_back(**step, words="The rubbish is gone; there is a bin now.")


def test_a_word_and_a_photo_added_twice_by_two_clicks_are_added_once(resident, ticket):
    key = str(uuid.uuid4())
    for _ in range(2):
        act(resident, ticket, "comment", key=key, words="It smells too.", photos=[photo()])
    comments = TicketEvent.objects.filter(move="comment")
    assert [(c.words.words, c.words.public) for c in comments] == [("It smells too.", True)]
    assert Photo.objects.count() == 1
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    assert "It smells too." in page
    assert "1 photo is being prepared." in page


def test_an_empty_addition_and_a_bad_photo_get_a_sentence(resident, ticket):
    act(resident, ticket, "comment", words="")
    assert "Write something, or add a photo." in said(resident)
    page = act(resident, ticket, "comment", words="Look:",
               photos=[SimpleUploadedFile("x.jpg", b"no", "image/jpeg")])  # fmt: skip
    assert errors_on(page) == [
        "“x.jpg” is not a photo in JPEG, PNG or WebP format. Choose another."
    ]
    assert "Look:" in text_of(page)


def test_the_reporter_withdraws_and_is_told_if_it_is_too_late(resident, ticket):
    act(resident, ticket, "withdraw", words="It was cleaned.")
    assert Ticket.objects.get().state == "withdrawn"
    assert "Your report is withdrawn." in said(resident)
    act(resident, ticket, "withdraw")
    assert "is not possible: the ticket is now “Withdrawn”" in said(resident)


def test_the_answer_is_shown_and_rated_solved(resident, ticket):
    handle(ticket)
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    # The answer stands where it is rated, not only at the end of the story.
    assert page.index("The rubbish is gone; there is a bin now.") < page.index("Send the rating")
    # What the unit wrote for the centre is not for the reporter.
    assert "seen by two neighbours" not in page
    act(resident, ticket, "rate", stars="5", solved="yes", words="Quick.")
    rating = Rating.objects.get()
    assert (rating.stars, rating.solved, Ticket.objects.get().state) == (5, True, "closed")
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    assert "You rated it: Very satisfied, solved." in page
    assert 'id="rate"' not in page


def test_a_rating_needs_its_level_and_whether_it_is_solved(resident, ticket):
    handle(ticket)
    page = act(resident, ticket, "rate", words="Hm.")
    assert errors_on(page) == [
        "Please say whether the matter is solved.", "Please choose one of the five levels.",
    ]  # fmt: skip
    assert "Hm." in text_of(page)
    assert Rating.objects.count() == 0


def test_not_solved_asks_for_it_to_be_taken_up_again(resident, ticket):
    handle(ticket)
    act(resident, ticket, "rate", stars="1", solved="no", words="Still there.")
    assert [(r.kind, r.state) for r in Request.objects.all()] == [("reopening", "open")]
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    assert "The centre decides within one working day" in page
    assert "/reopen/" not in page


def test_a_closed_report_can_be_asked_for_again_but_not_without_saying_why(resident, ticket):
    handle(ticket)
    act(resident, ticket, "rate", stars="4", solved="yes")
    page = act(resident, ticket, "reopen", words=" ")
    assert errors_on(page) == ["Please say what is still wrong."]
    act(resident, ticket, "reopen", words="It is back.")
    assert Request.objects.get().state == "open"


def test_a_merged_report_says_how_the_other_one_stands_and_nothing_else_of_it(resident, ticket):
    duty, at = User.objects.get(username=f"duty-{REED}"), timezone.now()
    stranger = browser()
    stranger.post("/report/", filled(words="A neighbour's secret words.", event_type="0102"))
    other = Ticket.objects.exclude(pk=ticket.pk).get()
    lifecycle.merge(ticket_id=ticket.pk, into_id=other.pk, by=duty, at=at)
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    assert "That one is now: Dispatched, to be signed for." in page
    assert other.code not in page
    assert "secret" not in page


def test_staff_and_their_words_to_each_other_stay_unnamed(resident, ticket):
    duty = User.objects.get(username=f"duty-{REED}")
    step = {"ticket_id": ticket.pk, "by": duty, "at": timezone.now()}
    lifecycle.comment(**step, words="He complains every week.")
    lifecycle.comment(**step, words="We come tomorrow.", public=True)
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    assert "We come tomorrow." in page
    assert "every week" not in page
    assert duty.username not in page


# --- The small map --------------------------------------------------------------------------------


def test_the_outlines_are_small_public_and_asked_for_once(resident):
    first = resident.get("/areas/outline.json")
    collection = first.json()
    assert [f["properties"]["level"] for f in collection["features"]] == ["district"] + ["town"] * 2
    assert "public" in first["Cache-Control"]
    again = resident.get("/areas/outline.json", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("point", "status", "answer"),
    [
        (IN_REED, 200, {"village": REED, "grid": f"{REED}001",
                        "names": ["Westbank", "Reed", "Grid 1"]}),
        ((29.82, 106.06), 200, {"village": LOTUS, "grid": None, "names": ["Eastbank", "Lotus"]}),
        (OUTSIDE, 200, {"names": [], "sentence": OUT}),
        (("x", ""), 200, {"names": [], "sentence": "Latitude and longitude must be numbers."}),
    ],
)  # fmt: skip
def test_the_pin_says_whose_land_it_stands_on(resident, point, status, answer):
    response = resident.get("/where/", {"lat": point[0], "lng": point[1]})
    said = response.json()
    said.pop("outline", None)
    assert (response.status_code, said) == (status, answer)


def test_a_script_that_walks_the_map_is_slowed_down(resident):
    codes = [resident.get("/where/?lat=29.82&lng=106.01").status_code for _ in range(70)]
    assert (codes[0], codes[-1]) == (200, 429)


# --- How much a page asks of the database ---------------------------------------------------------


def test_pages_ask_the_database_a_few_questions_however_long_the_story(
    resident, ticket, django_assert_max_num_queries
):
    for path in ["/report/", "/report/done/", "/track/", f"/track/{ticket.code}/"]:
        resident.get(path)
    for number in range(30):
        act(resident, ticket, "comment", words=f"word {number}")
    said(resident)
    most = {"/report/": 6, "/report/done/": 4, "/track/": 4, f"/track/{ticket.code}/": 13}
    for path, queries in most.items():
        with django_assert_max_num_queries(queries):
            assert resident.get(path).status_code == 200
