from django.conf import settings

from notices.senders import gateway
from notices.senders.base import CannotSend, Message


class SmsSender:
    """Text messages through the gateway of settings.SMS_GATEWAY_URL, signed with its secret.

    Sends {"key", "to", "text", "language"}.
    """

    def send(self, message: Message) -> None:
        if not message.address:
            raise CannotSend("There is no phone number.", temporary=False)
        gateway.post(
            url=settings.SMS_GATEWAY_URL,
            secret=settings.SMS_GATEWAY_SECRET,
            payload={
                "key": message.key,
                "to": message.address,
                "text": message.text_with_link,
                "language": message.language,
            },
            message=message,
        )
