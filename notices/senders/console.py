import logging

from notices.senders.base import Message
from people import masking

log = logging.getLogger(__name__)


class ConsoleSender:
    """For demonstration: writes one line to the log instead of sending; the address is masked."""

    def send(self, message: Message) -> None:
        mask = masking.address if "@" in message.address else masking.phone
        log.info("would send to %s: %s", mask(message.address), message.text_with_link)
