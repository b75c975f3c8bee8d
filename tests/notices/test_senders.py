"""The gateways against a real HTTP server and a real SMTP server on the loopback."""

import json
import socket
import socketserver
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from notices.senders import gateway
from notices.senders.base import CannotSend, Message
from notices.senders.inbox import InboxSender
from notices.senders.mail import MailSender
from notices.senders.sms import SmsSender
from notices.senders.wechat import WeChatSender
from tests.patience import PATIENCE

SECRET = "shared with the gateway"
MESSAGE = Message(
    key="0123456789abcdef0123456789abcdef",
    address="13812345678",
    template="answered",
    params={"number": "N-7"},
    text="您的上报已有答复。",
    link="https://district.example/track/ABC/",
    language="zh-hans",
    at=datetime(2026, 3, 2, 2, 0, tzinfo=UTC),
)


class Gateway(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.got: list = []
        self.answers = 200
        self.silent = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/send"


class _Answer(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, self.headers, body))
        if self.server.answers == "silence":
            self.server.silent.wait(10)
            return
        self.send_response(self.server.answers)
        if self.server.answers == 302:
            self.send_header("Location", self.server.url + "/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing: the test looks at what came."""


@pytest.fixture
def server(settings):
    with Gateway() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        settings.SMS_GATEWAY_URL = settings.WECHAT_GATEWAY_URL = made.url
        settings.SMS_GATEWAY_SECRET = settings.WECHAT_GATEWAY_SECRET = SECRET
        yield made
        made.silent.set()
        made.shutdown()
        thread.join()


def test_a_text_message_is_signed_json_with_a_key(server):
    SmsSender().send(MESSAGE)

    [(path, headers, body)] = server.got
    assert path == "/send"
    assert json.loads(body) == {
        "key": MESSAGE.key,
        "to": "13812345678",
        "text": "您的上报已有答复。 https://district.example/track/ABC/",
        "language": "zh-hans",
    }
    assert headers["Idempotency-Key"] == MESSAGE.key
    assert headers["X-Timestamp"] == "1772416800"
    assert headers["X-Signature"] == gateway.signature(SECRET, "1772416800", body)
    assert headers["X-Signature"] != gateway.signature("another", "1772416800", body)


def test_a_wechat_message_carries_template_and_params(server):
    WeChatSender().send(MESSAGE)

    [(_, _, body)] = server.got
    assert json.loads(body) == {
        "key": MESSAGE.key,
        "to": "13812345678",
        "template": "answered",
        "params": {"number": "N-7"},
        "text": "您的上报已有答复。",
        "link": "https://district.example/track/ABC/",
        "language": "zh-hans",
    }


@pytest.mark.parametrize(
    ("answers", "temporary"),
    [(500, True), (503, True), (429, True), (408, True), (400, False), (401, False), (404, False),
     (302, False)],
)  # fmt: skip
def test_the_gateways_answer_decides_whether_to_try_again(server, answers, temporary):
    server.answers = answers

    with pytest.raises(CannotSend, match=f"answered {answers}") as fault:
        SmsSender().send(MESSAGE)

    assert fault.value.temporary == temporary
    # Also after a redirect: the message follows nobody elsewhere.
    assert len(server.got) == 1


def test_a_gateway_that_says_nothing_is_left_in_time(server, monkeypatch):
    monkeypatch.setattr(gateway, "_TIMEOUT", 0.2)
    server.answers = "silence"

    with pytest.raises(CannotSend, match="cannot be reached") as fault:
        SmsSender().send(MESSAGE)

    assert fault.value.temporary


def test_a_gateway_that_is_not_there_is_tried_again(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{probe.getsockname()[1]}/"
        settings.SMS_GATEWAY_SECRET = SECRET
        # Nobody else gets the port meanwhile.
        with pytest.raises(CannotSend, match="ConnectionRefusedError") as fault:
            SmsSender().send(MESSAGE)

    assert fault.value.temporary
    assert "13812345678" not in str(fault.value)


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "ftp://127.0.0.1/"])
def test_a_gateway_that_is_not_set_up_waits_for_it(settings, url):
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_SECRET = url, SECRET

    with pytest.raises(CannotSend, match="not set") as fault:
        SmsSender().send(MESSAGE)

    assert fault.value.temporary


@pytest.mark.parametrize("sender", [SmsSender, WeChatSender, MailSender])
def test_without_an_address_nothing_is_tried(sender):
    with pytest.raises(CannotSend) as fault:
        sender().send(Message(**{**MESSAGE.__dict__, "address": ""}))

    assert not fault.value.temporary


def test_the_inbox_needs_no_sending():
    assert InboxSender().send(MESSAGE) is None


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def _mail_server(refuses: str = "") -> tuple[MailServer, list]:
    got: list = []

    class Talk(socketserver.StreamRequestHandler):
        def handle(self):
            self.say("220 ready")
            body, reading = [], False
            for raw in self.rfile:
                line = raw.decode().rstrip("\r\n")
                if reading:
                    if line == ".":
                        reading = False
                        got.append("\n".join(body))
                        self.say("250 taken")
                    else:
                        body.append(line)
                elif line.upper().startswith("DATA"):
                    reading = True
                    self.say("354 go on")
                elif line.upper().startswith("QUIT"):
                    self.say("221 bye")
                    return
                elif line.upper().startswith("RCPT") and refuses:
                    self.say(refuses)
                else:
                    self.say("250 ok")

        def say(self, text):
            self.wfile.write(f"{text}\r\n".encode())

    return MailServer(("127.0.0.1", 0), Talk), got


@pytest.fixture
def mail(settings):
    servers = []

    def start(refuses: str = "") -> list:
        server, got = _mail_server(refuses)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        servers.append((server, thread))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_TIMEOUT = PATIENCE
        settings.DEFAULT_FROM_EMAIL = "platform@district.example"
        return got

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


LETTER = Message(**{**MESSAGE.__dict__, "address": "li@example.org", "text": "Answered."})


def test_a_mail_has_the_key_in_its_message_id(mail):
    got = mail()

    MailSender().send(LETTER)

    [letter] = got
    assert f"Message-ID: <{MESSAGE.key}@district.example>" in letter
    assert "To: li@example.org" in letter
    assert "Auto-Submitted: auto-generated" in letter
    assert letter.endswith("Answered.\n\nhttps://district.example/track/ABC/")


@pytest.mark.parametrize(("answer", "temporary"), [("550 no such", False), ("450 later", True)])
def test_the_mail_servers_answer_decides_whether_to_try_again(mail, answer, temporary):
    mail(refuses=answer)

    with pytest.raises(CannotSend) as fault:
        MailSender().send(LETTER)

    assert fault.value.temporary == temporary
    assert "li@" not in str(fault.value)


def test_a_mail_server_that_is_not_there_is_tried_again(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = probe.getsockname()
        with pytest.raises(CannotSend) as fault:
            MailSender().send(LETTER)

    assert fault.value.temporary
