import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from notices.senders.base import CannotSend, Message


class MailSender:
    """Plain mail through Django's mail settings. The message's key makes the Message-ID."""

    def send(self, message: Message) -> None:
        if "@" not in message.address:
            raise CannotSend("There is no mail address.", temporary=False)
        host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
        with translation.override(message.language):
            subject = _("News about a report")
        mail = EmailMessage(
            subject=subject,
            body="\n\n".join(filter(None, [message.text, message.link])),
            to=[message.address],
            headers={"Message-ID": f"<{message.key}@{host}>", "Auto-Submitted": "auto-generated"},
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as fault:
            codes = {code for code, _reason in fault.recipients.values()}
            final = all(500 <= code < 600 for code in codes)
            raise CannotSend("The mail address was refused.", temporary=not final) from None
        except smtplib.SMTPResponseException as fault:
            final = 500 <= fault.smtp_code < 600
            sentence = f"The mail server answered {fault.smtp_code}."
            raise CannotSend(sentence, temporary=not final) from None
        except (OSError, smtplib.SMTPException) as fault:
            kind = type(fault).__name__
            sentence = f"The mail server cannot be reached ({kind})."
            raise CannotSend(sentence, temporary=True) from None
