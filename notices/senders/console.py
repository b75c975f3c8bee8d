import logging

from django.conf import settings

from notices.senders.base import Message
from people import masking

log = logging.getLogger(__name__)


class ConsoleSender:
    """Writes one line to the log instead of sending; the address is masked.

    The link leads to whoever's report it is: only a demonstration's log shows it.
    """

    def send(self, message: Message) -> None:
        shown = message.text_with_link if settings.DEMONSTRATION else message.text
        mask = masking.address if "@" in message.address else masking.phone
        log.info("would send to %s: %s", mask(message.address), shown)
