"""The photos of tickets: taken in as files, made anew in a task, and shown through the door.

An upload waits in MEDIA_ROOT/inbox and is never shown. The task has a new picture made of it in
the darkroom, stores that under MEDIA_ROOT/photos, deletes the upload, and only then the photo is
ready (trust.md 3.6).
"""

import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from celery import current_app
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets import darkroom, pictures
from tickets.models import Photo

MOST_PHOTOS = 8
MOST_BYTES = 10 * 1024 * 1024
EDGE, SMALL_EDGE = 2048, 320
MOST_ATTEMPTS = 5
ORPHAN_AGE = timedelta(hours=24)
_ONE_TRY = {"max_retries": 0, "socket_connect_timeout": 1}

log = logging.getLogger(__name__)


class BadPhotos(Exception):
    """The photos cannot be taken; the message is a sentence that names the file."""


class CannotKeep(BadPhotos):
    """The platform cannot write files now; nothing is wrong with the photos."""


@dataclass(frozen=True)
class Received:
    """An upload that was checked and stored, still without a row.

    path: below MEDIA_ROOT. sha256: of the bytes as sent. width, height: in pixels, as sent.
    """

    sha256: str
    path: str
    size: int
    width: int
    height: int


# --- Taking in ---------------------------------------------------------------------------------


def receive(files: Iterable[UploadedFile]) -> list[Received]:
    """Check and store the uploads of one form: all of them, or none.

    Their content decides, not their names. Headers are read, nothing is decoded.

    :raises BadPhotos: too many, too big, or not JPEG, PNG or WebP
    :raises CannotKeep: if the disk is full or cannot be written
    """
    files = list(files)
    if len(files) > MOST_PHOTOS:
        raise BadPhotos(
            ngettext(
                "At most %(most)d photo can be sent; you chose %(count)d.",
                "At most %(most)d photos can be sent; you chose %(count)d.",
                MOST_PHOTOS,
            )
            % {"most": MOST_PHOTOS, "count": len(files)}
        )
    sizes = [_measured(file) for file in files]
    kept: list[Received] = []
    try:
        for file, (width, height) in zip(files, sizes, strict=True):
            kept.append(_stored(file, width, height))
    except OSError as error:
        discard(kept)
        raise _cannot_keep() from error
    return kept


def discard(received: Iterable[Received]) -> None:
    """Delete uploads that no row will name, for instance of a report that was refused."""
    for upload in received:
        _remove(upload.path)


@contextmanager
def kept_if_used(received: Iterable[Received]) -> Iterator[None]:
    """Discard these uploads when the block does not come to its end."""
    with ExitStack() as otherwise:
        otherwise.callback(discard, received)
        yield
        otherwise.pop_all()


def _measured(file: UploadedFile) -> tuple[int, int]:
    name = {"name": Path(file.name or "").name[:60], "most": MOST_BYTES // 1024**2}
    if not file.size:
        raise BadPhotos(_("“%(name)s” is empty. Choose the photo again.") % name)
    if file.size > MOST_BYTES:
        raise BadPhotos(_("“%(name)s” is larger than %(most)d MB. Send a smaller one.") % name)
    try:
        return pictures.measure(file)
    except pictures.TooManyPixels as error:
        raise BadPhotos(
            _("“%(name)s” has more than %(most)d million pixels. Send a smaller one.")
            % {**name, "most": error.most // 10**6}
        ) from error
    except pictures.NotAPicture as error:
        raise BadPhotos(
            _("“%(name)s” is not a photo in JPEG, PNG or WebP format. Choose another.") % name
        ) from error


def _stored(file: UploadedFile, width: int, height: int) -> Received:
    path = _new_path("inbox", "")
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    try:
        with _created(path) as target:
            for chunk in file.chunks():
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
    except OSError:
        _remove(path)
        raise
    return Received(digest.hexdigest(), path, size, width, height)


# --- Making anew -------------------------------------------------------------------------------


def prepare_soon(photo_ids: Iterable[UUID]) -> None:
    """After commit, ask a worker to prepare these photos; if none hears it, the sweep does."""
    ids = [str(photo_id) for photo_id in photo_ids]
    # robust: without a broker the report still stands. Not a partial: Django asks for a name.
    transaction.on_commit(lambda: _queue(ids), robust=True)


def _queue(photo_ids: list[str]) -> None:
    with current_app.connection_for_write() as broker:
        # Somebody waits for the page: one try, and the sweep prepares what it did not reach.
        broker.transport_options = {**(broker.transport_options or {}), **_ONE_TRY}
        for photo_id in photo_ids:
            current_app.send_task(
                "tickets.tasks.prepare_photo", args=[photo_id], connection=broker, retry=False
            )


def prepare(*, photo_id: UUID) -> None:
    """Make the photo from its upload: ready, or refused if it is no picture. Safe to repeat.

    :raises CannotKeep: if the disk is full or cannot be written; the photo goes on waiting
    """
    row = Photo.objects.filter(pk=photo_id, state=Photo.State.WAITING)
    photo = row.first()
    if photo is None:
        return
    if photo.attempts >= MOST_ATTEMPTS:
        # It has brought down a worker that often, or its upload is gone.
        _end(photo, state=Photo.State.REFUSED)
        return
    # Counted before the work: what kills the worker counts too.
    row.update(attempts=F("attempts") + 1)
    try:
        with _path(photo.upload).open("rb") as upload:
            large, small = darkroom.develop(upload, (EDGE, SMALL_EDGE))
    except darkroom.OutOfTime:
        log.warning("the machine did not come to photo %s; it is tried again", photo_id)
        return
    except FileNotFoundError:
        log.warning("the upload of photo %s is not there (attempt %d)", photo_id, photo.attempts)
        return
    except pictures.NotAPicture:
        _end(photo, state=Photo.State.REFUSED)
        return
    file = _new_path("photos", ".jpg")
    try:
        for path, made in ((file, large), (_small(file), small)):
            with _created(path) as target:
                target.write(made.data)
    except OSError as error:
        _remove(file, _small(file))
        row.update(attempts=F("attempts") - 1)
        raise _cannot_keep() from error
    if not _end(photo, state=Photo.State.READY, file=file, width=large.width, height=large.height):
        # Another worker was first: its picture stands.
        _remove(file, _small(file))


def _end(photo: Photo, **changes) -> bool:
    """Settle a waiting photo and delete its upload; tell whether nobody else did before."""
    row = Photo.objects.filter(pk=photo.pk, state=Photo.State.WAITING)
    if not row.update(upload="", **changes):
        return False
    transaction.on_commit(partial(_remove, photo.upload))
    return True


def waiting(*, before: datetime, limit: int = 100) -> list[UUID]:
    """Return the photos added before this moment that still wait, oldest first."""
    rows = Photo.objects.filter(state=Photo.State.WAITING, added_at__lt=before)
    return list(rows.order_by("added_at").values_list("pk", flat=True)[:limit])


# --- Showing -----------------------------------------------------------------------------------


def open_ready(photo: Photo, *, small: bool = False) -> IO[bytes]:
    """Return the prepared picture (JPEG, at most 2048 pixels a side; small: 320) to read.

    :raises FileNotFoundError: if it is not ready, or its file is gone
    """
    if photo.state != Photo.State.READY:
        raise FileNotFoundError(photo.pk)
    return _path(_small(photo.file) if small else photo.file).open("rb")


# --- Keeping order -----------------------------------------------------------------------------


def remove(photo: Photo) -> None:
    """After commit, delete the files of a photo whose row was deleted."""
    files = [photo.upload, photo.file, _small(photo.file) if photo.file else ""]
    transaction.on_commit(partial(_remove, *[path for path in files if path]))


def sweep_orphans(*, at: datetime) -> int:
    """Delete files older than a day that no row names; return how many."""
    removed = 0
    for room, field in (("inbox", "upload"), ("photos", "file")):
        old = _older_than(room, at - ORPHAN_AGE)
        while files := list(islice(old, 500)):
            named = Photo.objects.filter(**{f"{field}__in": {_large(path) for path in files}})
            known = set(named.values_list(field, flat=True))
            orphans = [path for path in files if _large(path) not in known]
            _remove(*orphans)
            removed += len(orphans)
    return removed


def _older_than(room: str, moment: datetime) -> Iterator[str]:
    root = Path(settings.MEDIA_ROOT)
    for folder, _folders, names in os.walk(root / room):
        for name in names:
            path = Path(folder, name)
            try:
                old = path.stat().st_mtime < moment.timestamp()
            except FileNotFoundError:
                # Prepared or discarded in this moment.
                continue
            if old:
                yield path.relative_to(root).as_posix()


# --- Files -------------------------------------------------------------------------------------


def _path(relative: str) -> Path:
    return Path(settings.MEDIA_ROOT, relative)


def _new_path(room: str, ending: str) -> str:
    """Return a path that nobody can guess, in one of 65,536 folders."""
    name = uuid4().hex
    return f"{room}/{name[:2]}/{name[2:4]}/{name}{ending}"


def _small(path: str) -> str:
    return path.removesuffix(".jpg") + ".small.jpg"


def _large(path: str) -> str:
    return path.replace(".small.jpg", ".jpg")


@contextmanager
def _created(path: str) -> Iterator[IO[bytes]]:
    """Open a new file for writing; at the end it is on the disk, whatever happens after."""
    _path(path).parent.mkdir(parents=True, exist_ok=True)
    with _path(path).open("xb") as target:
        yield target
        target.flush()
        os.fsync(target.fileno())


def _remove(*paths: str) -> None:
    for path in paths:
        with suppress(FileNotFoundError, NotADirectoryError):
            _path(path).unlink()


def _cannot_keep() -> CannotKeep:
    log.exception("photos cannot be written below %s", settings.MEDIA_ROOT)
    return CannotKeep(
        _(
            "Photos cannot be stored at the moment. Send the report without them, or try again "
            "later."
        )
    )
