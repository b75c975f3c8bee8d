"""Django's backend for PostgreSQL, with a check of kept connections that needs no round trip.

Every request begins with that check (CONN_HEALTH_CHECKS): it finds the connection that a restart
of the database has closed. The closing has arrived by then, and can be seen without asking.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Tell whether the connection stands. Only one on which something has come in is asked."""
        if self.connection is None:
            return False
        if self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN | select.POLLPRI)
        # Between two requests the server says nothing, unless it says goodbye.
        return super().is_usable() if waiting.poll(0) else True
