from notices.senders.base import Message


class InboxSender:
    """The inbox is the table itself: a row that is there is delivered."""

    def send(self, message: Message) -> None:
        return
