"""Photos that were received with a form which had to be shown again: nobody adds them twice.

They wait in the inbox of photos; the form carries a signed list of them, bound to its key, so
nobody can name another's file.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from tickets import photos
from tickets.photos import Received

_SALT = "tickets.forms.kept"
# As long as an upload waits before it is swept away.
_SECONDS = 24 * 60 * 60
_NAME_LENGTH = 60
# More than that in one form nobody chose by mistake.
_READ_AT_MOST = 2 * photos.MOST_PHOTOS


@dataclass(frozen=True)
class KeptPhoto:
    """One photo that was received, and what its sender called it."""

    name: str
    received: Received

    @property
    def mark(self) -> str:
        """What the form names it by, to leave it out again."""
        return self.received.sha256[:16]


def packed(key: str, kept: list[KeptPhoto]) -> str:
    """Return the photos as a text for a hidden field."""
    if not kept:
        return ""
    rows = [[photo.name, asdict(photo.received)] for photo in kept]
    return signing.dumps([key, rows], salt=_SALT, compress=True)


def unpacked(key: str, text: str) -> list[KeptPhoto]:
    """Return the photos of a hidden field; none if it is old, forged or of another form."""
    try:
        kept_key, rows = signing.loads(text, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return []
    if kept_key != key:
        return []
    kept = [KeptPhoto(name, Received(**row)) for name, row in rows]
    return [photo for photo in kept if Path(settings.MEDIA_ROOT, photo.received.path).is_file()]


def taken_in(
    files: MultiValueDict,
    kept: list[KeptPhoto],
    dropped: set[str],
    *,
    box: str = "photos",
    may_add: Callable[[int], bool] = lambda size: True,
) -> tuple[list[KeptPhoto], list[str]]:
    """Receive the new photos beside the kept ones; return all, and a sentence for each fault.

    One bad photo does not lose the others. One that was sent twice counts once.

    :param box: the name of the field in which the photos came
    :param may_add: whether a photo of so many bytes may still be added: measure.quota()
    """
    taken = {photo.mark: photo for photo in kept if photo.mark not in dropped}
    faults: list[str] = []
    for file in files.getlist(box)[:_READ_AT_MOST]:
        if not may_add(file.size or 0):
            faults.append(_(
                "No more photos can be taken from your connection today. Send the report without "
                "them: it is taken in all the same."
            ))  # fmt: skip
            break
        try:
            (received,) = photos.receive([file])
        except photos.BadPhotos as fault:
            faults.append(str(fault))
            continue
        photo = KeptPhoto((file.name or "")[-_NAME_LENGTH:], received)
        taken[photo.mark] = photo
    if len(taken) > photos.MOST_PHOTOS:
        faults.append(_("At most %(most)d photos can be sent; please leave some out.")
                      % {"most": photos.MOST_PHOTOS})  # fmt: skip
    return list(taken.values()), faults
