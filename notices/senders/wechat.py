from django.conf import settings

from notices.senders import gateway
from notices.senders.base import CannotSend, Message


class WeChatSender:
    """Subscription messages through a gateway (settings.WECHAT_GATEWAY_URL and its secret).

    The gateway holds the official account's keys and its template ids. Sends {"key", "to" (the
    reader's OpenID), "template", "params", "text", "link", "language"}.
    """

    def send(self, message: Message) -> None:
        if not message.address:
            raise CannotSend("There is no WeChat reader.", temporary=False)
        gateway.post(
            url=settings.WECHAT_GATEWAY_URL,
            secret=settings.WECHAT_GATEWAY_SECRET,
            payload={
                "key": message.key,
                "to": message.address,
                "template": message.template,
                "params": message.params,
                "text": message.text,
                "link": message.link,
                "language": message.language,
            },
            message=message,
        )
