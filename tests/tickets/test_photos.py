"""Photos: what is taken in and what is not, what is left of them, and who may see them."""

import errno
import hashlib
import io
import os
import struct
import subprocess
import sys
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from people.models import Post, User
from tests.tickets import two_towns
from tickets import lifecycle, photos, pictures, tasks
from tickets.models import Photo, Ticket

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


# --- A corpus ------------------------------------------------------------------------------------


def two_coloured(size=(300, 200), mode="RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def saved(image: Image.Image, form: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif_of_a_phone(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Secretphone"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {1: "N", 2: (29.0, 50.0, 24.0), 3: "E", 4: (106.0, 3.0, 10.8)}
    )
    return exif


def from_a_phone() -> bytes:
    """A JPEG that lies on its side, with place, device, profile and comment."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(
        two_coloured(), "JPEG", exif=exif_of_a_phone(6), icc_profile=profile,
        comment=b"Secretcomment", xmp=b"<x:xmpmeta>Secretxmp</x:xmpmeta>",
    )  # fmt: skip


def png_with_words() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Secretauthor")
    return saved(two_coloured(), "PNG", pnginfo=words, exif=exif_of_a_phone(1))


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is and has nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def bomb() -> bytes:
    """Fifty million real pixels, in a few kilobytes."""
    return saved(Image.new("1", (10_000, 5_000)), "PNG")


JPEG = saved(two_coloured(), "JPEG")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
TAKEN = {
    "plain.jpg": JPEG,
    "phone.jpg": from_a_phone(),
    "grey.jpg": saved(two_coloured(mode="L"), "JPEG"),
    "print.jpg": saved(two_coloured(mode="CMYK"), "JPEG"),
    "words.png": png_with_words(),
    "alpha.png": saved(two_coloured(mode="RGBA"), "PNG"),
    "palette.png": saved(two_coloured(mode="P"), "PNG"),
    "bits.png": saved(Image.new("1", (30, 20)), "PNG"),
    "sixteen.png": saved(Image.new("I;16", (30, 20), 40_000), "PNG"),
    "modern.webp": saved(two_coloured(), "WEBP"),
    "moving.webp": saved(
        two_coloured(), "WEBP", save_all=True, append_images=[two_coloured().rotate(180)]
    ),
    "several.jpg": saved(two_coloured(), "MPO", save_all=True, append_images=[two_coloured()]),
    "one-pixel.png": saved(Image.new("RGB", (1, 1)), "PNG"),
    "long.png": saved(Image.new("RGB", (30_000, 3)), "PNG"),
    # A ZIP archive behind the picture, and a page inside its comment.
    "archive.jpg": JPEG + b"PK\x03\x04Secretzip" + b"PK\x05\x06" + bytes(18),
    "page.jpg": saved(two_coloured(), "JPEG", comment=b"<script>Secretscript</script>"),
    # The content decides, not the name.
    "really-a-jpeg.png": JPEG,
    "照片 1.jpg": JPEG,
}
REFUSED = {
    "empty.jpg": b"",
    "words.jpg": b"This is not a photo.",
    "nulls.jpg": bytes(1000),
    "drawing.svg": SVG,
    "drawing.jpg": SVG,
    "moving.gif": saved(two_coloured(), "GIF"),
    "moving.jpg": saved(two_coloured(), "GIF"),
    "old.bmp": saved(two_coloured(), "BMP"),
    "scan.tiff": saved(two_coloured(), "TIFF"),
    "icon.ico": saved(two_coloured((16, 16)), "ICO"),
    "script.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
    "page.html": b"<html><script>alert(1)</script>",
    "document.pdf": b"%PDF-1.7\n",
    "archive.zip": b"PK\x03\x04" + bytes(100),
    "phone.heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100),
    "start-only.jpg": JPEG[:20],
    "start-only.png": png_header(10, 10)[:20],
    "no-size.png": png_header(0, 0),
    "start-only.webp": saved(two_coloured(), "WEBP")[:15],
    "half.webp": saved(two_coloured(), "WEBP")[:80],
}
TOO_MANY_PIXELS = {
    "bomb.png": bomb(),
    "claims-50-megapixels.png": png_header(10_000, 5_000),
    "claims-2-gigapixels.png": png_header(50_000, 50_000),
    "claims-everything.png": png_header(2**31 - 1, 2**31 - 1),
}
# Their header is a picture's; only decoding shows that there is none.
BROKEN = {
    "half.jpg": JPEG[: len(JPEG) // 2],
    "half.png": saved(two_coloured(), "PNG")[:200],
    "header-only.png": png_header(100, 100),
    "scrambled.png": saved(two_coloured(), "PNG")[:60] + os.urandom(300),
}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def files_below(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


# --- Taking in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TAKEN)
def test_a_picture_is_taken_in_and_waits_as_it_was_sent(name, media):
    (received,) = photos.receive([upload(name, TAKEN[name])])
    assert received.sha256 == hashlib.sha256(TAKEN[name]).hexdigest()
    assert received.size == len(TAKEN[name])
    assert files_below(media) == [received.path]
    assert (media / received.path).read_bytes() == TAKEN[name]
    assert received.path.startswith("inbox/")
    assert Path(name).stem not in received.path


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_a_picture_is_refused_by_its_name(name, media):
    with translation.override("en"), pytest.raises(photos.BadPhotos) as refused:
        photos.receive([upload("fine.jpg", JPEG), upload(name, REFUSED[name])])
    assert str(refused.value) == (
        f"“{name}” is not a photo in JPEG, PNG or WebP format. Choose another."
        if REFUSED[name]
        else f"“{name}” is empty. Choose the photo again."
    )
    assert files_below(media) == []


@pytest.mark.parametrize("name", TOO_MANY_PIXELS)
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(name, media):
    before = time.monotonic()
    with translation.override("en"), pytest.raises(photos.BadPhotos) as refused:
        photos.receive([upload(name, TOO_MANY_PIXELS[name])])
    assert str(refused.value) == (f"“{name}” has more than 40 million pixels. Send a smaller one.")
    assert time.monotonic() - before < 0.5
    assert files_below(media) == []


def test_a_webp_picture_may_have_half_as_many_pixels(media):
    large = saved(Image.new("RGB", (5001, 4000)), "WEBP")
    with translation.override("en"), pytest.raises(photos.BadPhotos) as refused:
        photos.receive([upload("large.webp", large)])
    assert str(refused.value) == (
        "“large.webp” has more than 20 million pixels. Send a smaller one."
    )


def test_eight_photos_are_taken_and_nine_are_not(media):
    assert len(photos.receive([upload(f"{n}.jpg", JPEG) for n in range(8)])) == 8
    with translation.override("en"), pytest.raises(photos.BadPhotos) as refused:
        photos.receive([upload(f"{n}.jpg", JPEG) for n in range(9)])
    assert str(refused.value) == "At most 8 photos can be sent; you chose 9."
    assert len(files_below(media)) == 8


def test_ten_megabytes_are_taken_and_eleven_are_not(media):
    def padded(size: int) -> TemporaryUploadedFile:
        file = TemporaryUploadedFile("large.jpg", "image/jpeg", size, None)
        file.write(JPEG + bytes(size - len(JPEG)))
        file.seek(0)
        return file

    with padded(10 * 1024 * 1024) as allowed:
        (received,) = photos.receive([allowed])
    assert received.size == 10 * 1024 * 1024
    with (
        padded(11 * 1024 * 1024) as too_large,
        translation.override("en"),
        pytest.raises(photos.BadPhotos) as refused,
    ):
        photos.receive([too_large])
    assert str(refused.value) == "“large.jpg” is larger than 10 MB. Send a smaller one."
    assert files_below(media) == [received.path]


def test_what_no_report_names_can_be_thrown_away(media):
    received = photos.receive([upload("a.jpg", JPEG), upload("b.jpg", JPEG)])
    photos.discard(received)
    photos.discard(received)
    assert files_below(media) == []


class FullDisk(SimpleUploadedFile):
    """A file whose copying finds no room left."""

    def chunks(self, chunk_size=None):
        yield JPEG[:10]
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing_behind(media):
    with translation.override("en"), pytest.raises(photos.CannotKeep) as refused:
        photos.receive([upload("a.jpg", JPEG), FullDisk("b.jpg", JPEG)])
    assert str(refused.value) == (
        "Photos cannot be stored at the moment. Send the report without them, or try again later."
    )
    assert files_below(media) == []


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(media):
    media.parent.mkdir(exist_ok=True)
    media.write_text("a file where the folder should be")
    with pytest.raises(photos.CannotKeep):
        photos.receive([upload("a.jpg", JPEG)])


# --- Making anew ---------------------------------------------------------------------------------


def made_of(content: bytes, edge: int = photos.EDGE) -> Image.Image:
    (made,) = pictures.make_anew(io.BytesIO(content), [edge])
    image = Image.open(io.BytesIO(made.data))
    assert (made.width, made.height) == image.size
    return image


def close_to(pixel, colour) -> bool:
    return all(abs(a - b) < 30 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("name", TAKEN)
def test_the_new_picture_is_a_jpeg_with_nothing_but_pixels(name):
    (made,) = pictures.make_anew(io.BytesIO(TAKEN[name]), [photos.EDGE])
    image = Image.open(io.BytesIO(made.data))
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert max(image.size) <= photos.EDGE
    assert set(image.info) == {
        "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
    }  # fmt: skip
    assert not image.getexif()
    # Nothing is hidden before, in or behind it.
    assert b"Secret" not in made.data
    assert made.data.endswith(b"\xff\xd9")
    markers = {kind for kind, _data in image.applist}
    assert markers <= {"APP0"}


def test_a_photo_taken_on_its_side_is_turned_upright():
    image = made_of(TAKEN["phone.jpg"])
    assert image.size == (200, 300)
    # What lay left is on top.
    assert close_to(image.getpixel((100, 20)), RED)
    assert close_to(image.getpixel((100, 280)), BLUE)


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")])
def test_other_formats_are_turned_upright_too(form, mode):
    image = made_of(saved(two_coloured(mode=mode), form, exif=exif_of_a_phone(8)))
    assert image.size == (200, 300)
    assert close_to(image.getpixel((100, 20)), BLUE)


def test_what_is_transparent_becomes_white():
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    clear.paste((*BLUE, 255), (0, 0, 20, 40))
    image = made_of(saved(clear, "PNG"))
    assert close_to(image.getpixel((5, 20)), BLUE)
    assert close_to(image.getpixel((35, 20)), (255, 255, 255))
    palette = saved(clear.convert("P"), "PNG", transparency=clear.convert("P").getpixel((35, 20)))
    assert close_to(made_of(palette).getpixel((35, 20)), (255, 255, 255))


def test_sixteen_bits_keep_their_brightness():
    assert close_to(made_of(TAKEN["sixteen.png"]).getpixel((5, 5)), (156, 156, 156))


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    large = saved(two_coloured((6000, 3000)), "JPEG")
    assert made_of(large).size == (2048, 1024)
    assert made_of(large, 320).size == (320, 160)
    assert made_of(TAKEN["long.png"]).size == (2048, 1)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
def test_broken_metadata_does_not_break_the_photo():
    broken = saved(two_coloured(), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\xff\xff")
    assert made_of(broken).size == (300, 200)


@pytest.mark.parametrize("name", [*REFUSED, *BROKEN])
def test_what_cannot_be_decoded_whole_is_no_picture(name):
    with pytest.raises(pictures.NotAPicture):
        pictures.make_anew(io.BytesIO({**REFUSED, **BROKEN}[name]), [photos.EDGE])


@pytest.mark.parametrize("name", TOO_MANY_PIXELS)
def test_a_bomb_is_not_decoded_in_the_task_either(name):
    with pytest.raises(pictures.TooManyPixels):
        pictures.make_anew(io.BytesIO(TOO_MANY_PIXELS[name]), [photos.EDGE])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "mode", "size"),
    [
        ("JPEG", "RGB", (7900, 5000)),
        ("PNG", "RGBA", (7900, 5000)),
        ("PNG", "P", (7900, 5000)),
        ("WEBP", "RGBA", (5000, 4000)),
    ],
)
def test_the_largest_picture_needs_less_than_half_a_gigabyte(tmp_path, form, mode, size):
    image = Image.radial_gradient("L").resize(size).convert(mode)
    image.save(tmp_path / "large", form, **({"method": 0} if form == "WEBP" else {}))
    program = (
        "import resource, sys; from tickets import pictures;"
        "pictures.make_anew(open(sys.argv[1], 'rb'), [2048, 320]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "large")]
    run = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)
    assert int(run.stdout) < 512


# --- From waiting to ready -----------------------------------------------------------------------


@pytest.fixture
def district(db):
    two_towns.settle()


def reported(content: bytes = JPEG, *, public: bool = True, **values) -> Photo:
    """A report with one photo, as lifecycle writes it."""
    lat, lng = two_towns.IN_REED
    ticket = lifecycle.report(
        key=uuid4(), words="井盖松动", at=NOW, lat=lat, lng=lng,
        photos=photos.receive([upload("photo.jpg", content)]),
    )  # fmt: skip
    photo = ticket.photos.get()
    if not public or values:
        Photo.objects.filter(pk=photo.pk).update(public=public, **values)
        photo.refresh_from_db()
    return photo


def prepared(photo: Photo) -> Photo:
    photos.prepare(photo_id=photo.pk)
    photo.refresh_from_db()
    return photo


@pytest.mark.django_db(transaction=True)
def test_a_waiting_photo_becomes_ready_and_its_upload_is_deleted(media):
    two_towns.settle()
    photo = prepared(reported(from_a_phone()))
    assert (photo.state, photo.upload, photo.width, photo.height) == ("ready", "", 200, 300)
    small = photo.file.replace(".jpg", ".small.jpg")
    assert files_below(media) == sorted([photo.file, small])
    with photos.open_ready(photo) as file:
        assert Image.open(file).size == (200, 300)
    # A second run, of a message that came twice, changes nothing.
    again = prepared(photo)
    assert (again.file, again.attempts) == (photo.file, 1)
    assert files_below(media) == sorted([photo.file, small])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", BROKEN)
def test_a_photo_that_is_none_is_refused_and_deleted(name, media):
    two_towns.settle()
    photo = prepared(reported(BROKEN[name]))
    assert (photo.state, photo.upload, photo.file) == ("refused", "", "")
    assert files_below(media) == []
    with pytest.raises(FileNotFoundError):
        photos.open_ready(photo)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_photo(media):
    two_towns.settle()
    photo = reported(saved(two_coloured((3000, 2000)), "JPEG"))
    together = threading.Barrier(2)
    failures = []

    def work():
        try:
            together.wait(5)
            photos.prepare(photo_id=photo.pk)
        except Exception as failure:  # told below, in the test's own thread
            failures.append(failure)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert failures == []
    photo.refresh_from_db()
    assert photo.state == "ready"
    assert len(files_below(media)) == 2


@pytest.mark.django_db
def test_a_photo_whose_upload_is_gone_waits_and_is_given_up_in_the_end(district, media):
    photo = reported()
    (media / photo.upload).unlink()
    for _ in range(photos.MOST_ATTEMPTS):
        assert prepared(photo).state == "waiting"
    assert prepared(photo).state == "refused"


@pytest.mark.django_db
def test_a_photo_that_kills_its_worker_is_given_up_in_the_end(district):
    photo = reported(attempts=photos.MOST_ATTEMPTS)
    assert prepared(photo).state == "refused"


@pytest.mark.django_db
def test_a_full_disk_does_not_cost_the_photo(district, media):
    photo = reported()
    (media / "photos").write_text("a file where the folder should be")
    with pytest.raises(photos.CannotKeep):
        photos.prepare(photo_id=photo.pk)
    photo.refresh_from_db()
    assert (photo.state, photo.attempts) == ("waiting", 0)
    tasks.prepare_waiting_photos()
    (media / "photos").unlink()
    assert prepared(photo).state == "ready"


@pytest.mark.django_db
def test_an_unknown_photo_is_nobodys_work(district):
    photos.prepare(photo_id=uuid4())


@pytest.mark.django_db
def test_the_sweep_prepares_what_a_lost_task_left_and_one_bad_row_does_not_stop_it(
    district, media, django_assert_num_queries
):
    bad, good, broken = reported(), reported(), reported(BROKEN["half.png"])
    # An upload that cannot even be read as a file.
    (media / bad.upload).unlink()
    (media / bad.upload).mkdir()
    tasks.prepare_waiting_photos()
    states = dict(Photo.objects.values_list("pk", "state"))
    assert states == {bad.pk: "waiting", good.pk: "ready", broken.pk: "refused"}


@pytest.mark.django_db
def test_a_photo_on_its_way_through_the_queue_is_left_to_its_task(district):
    photo = reported()
    assert photos.waiting(before=NOW) == []
    assert photos.waiting(before=NOW + timedelta(seconds=1)) == [photo.pk]


@pytest.mark.django_db(transaction=True)
def test_files_that_no_row_names_are_deleted_after_a_day(media):
    two_towns.settle()
    ready, waiting = prepared(reported()), reported()
    photos.receive([upload("forgotten.jpg", JPEG)])
    (media / "photos/ab").mkdir(exist_ok=True)
    (media / "photos/ab/left.jpg").write_bytes(JPEG)
    (media / "photos/ab/left.small.jpg").write_bytes(JPEG)
    kept = sorted([waiting.upload, ready.file, ready.file.replace(".jpg", ".small.jpg")])
    assert len(files_below(media)) == 6
    now = datetime.now(UTC)
    assert photos.sweep_orphans(at=now + timedelta(hours=23)) == 0
    assert photos.sweep_orphans(at=now + timedelta(hours=25)) == 3
    assert files_below(media) == kept


# --- The door ------------------------------------------------------------------------------------


def address(photo_id: UUID, query: str = "") -> str:
    return reverse("tickets:photo", args=[photo_id]) + query


@pytest.fixture
def photo(district) -> Photo:
    return prepared(reported(from_a_phone()))


def look(client, photo_id: UUID, query: str = "", method: str = "get", **rest) -> HttpResponse:
    """Return the answer, read to its end, with its bytes in `body`."""
    answer = getattr(client, method)(address(photo_id, query), **rest)
    answer.body = b"".join(answer) if answer.streaming else answer.content
    # As the client does at the end of a body; the answer to HEAD has none.
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)
    return answer


def user(name: str) -> User:
    return User.objects.get(username=name)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (f"duty-{two_towns.REED}", 200),
        (f"duty-{two_towns.WEST}", 200),
        ("duty-990001", 200),
        ("city", 200),
        (f"duty-{two_towns.WILLOW}", 404),
        (f"duty-{two_towns.EAST}", 404),
        ("nobody-on-post", 404),
        (None, 404),
    ],
)
def test_staff_see_the_photos_of_the_tickets_that_their_posts_open(photo, client, who, status):
    User.objects.create_user("nobody-on-post", password="a-long-password-1")
    if who:
        client.force_login(user(who))
    for query in ("", "?size=small"):
        assert look(client, photo.pk, query).status_code == status
        assert look(client, photo.pk, query, "head").status_code == status


def receipt_for(client, *ticket_ids: int) -> None:
    session = client.session
    session["receipts"] = list(ticket_ids)
    session.save()


def test_a_reporter_sees_the_public_photos_of_their_own_tickets(photo, client):
    hidden = prepared(reported(public=False))
    receipt_for(client, photo.ticket_id, hidden.ticket_id)
    assert look(client, photo.pk).status_code == 200
    assert look(client, hidden.pk).status_code == 404
    receipt_for(client, hidden.ticket_id)
    assert look(client, photo.pk).status_code == 404


def test_a_photo_of_a_restricted_ticket_is_for_its_centre_and_handlers(photo, client):
    Ticket.objects.filter(pk=photo.ticket_id).update(restricted=True)
    client.force_login(user(f"duty-{two_towns.WEST}"))
    assert look(client, photo.pk).status_code == 404


def test_a_right_that_ended_is_noticed_at_the_next_request(photo, client):
    duty = user(f"duty-{two_towns.REED}")
    client.force_login(duty)
    first = look(client, photo.pk)
    assert first.status_code == 200
    Post.objects.filter(user=duty).delete()
    second = look(client, photo.pk, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 404


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_a_photo_that_is_not_ready_is_not_there(photo, client, state):
    Photo.objects.filter(pk=photo.pk).update(state=state)
    client.force_login(user("duty-990001"))
    assert look(client, photo.pk).status_code == 404
    assert look(client, uuid4()).status_code == 404


def test_a_photo_whose_file_is_gone_is_not_there(photo, client, media):
    (media / photo.file).unlink()
    client.force_login(user("duty-990001"))
    assert look(client, photo.pk).status_code == 404
    assert look(client, photo.pk, "?size=small").status_code == 200


def test_a_photo_is_served_so_that_a_browser_can_only_show_it(photo, client):
    client.force_login(user("duty-990001"))
    response = look(client, photo.pk)
    assert {
        name: response[name]
        for name in (
            "Content-Type", "Content-Disposition", "X-Content-Type-Options",
            "Content-Security-Policy", "Cache-Control",
        )
    } == {
        "Content-Type": "image/jpeg",
        "Content-Disposition": 'inline; filename="photo-1.jpg"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
    }  # fmt: skip
    assert Image.open(io.BytesIO(response.body)).size == (200, 300)
    small = look(client, photo.pk, "?size=small")
    assert max(Image.open(io.BytesIO(small.body)).size) <= 320
    assert small["ETag"] != response["ETag"]
    same = look(client, photo.pk, headers={"If-None-Match": response["ETag"]})
    assert (same.status_code, same.body) == (304, b"")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_photo_is_only_read(photo, client, method):
    client.force_login(user("duty-990001"))
    assert look(client, photo.pk, method=method).status_code == 405


def test_opening_a_photo_takes_few_queries(photo, client, django_assert_max_num_queries):
    client.force_login(user(f"duty-{two_towns.REED}"))
    with django_assert_max_num_queries(8):
        look(client, photo.pk)
