"""The web server's own log, without what a request held: gunicorn would write the line that it could not read.

Such a line holds an address typed into a search, or the cookie of a sign-in. Which words are kept of an exception is
in logs.py.
"""

import sys
from typing import Any

from gunicorn.glogging import Logger

from neighbours.serving.logs import where_it_broke


class ServerLog(Logger):
    """gunicorn's log, told by `--logger-class`."""

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """As gunicorn says it, but for a request that cannot be read: nothing of it, and not who sent it."""
        if str(msg).startswith("Invalid request"):
            msg, args = "A request that cannot be read was refused.", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Where it broke; gunicorn would say at which address, with all that was typed into it."""
        self.error("A request failed in the web server.\n%s", where_it_broke(sys.exc_info()[1]))
