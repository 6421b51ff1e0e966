"""A house in small for tests/test_serve.py: one page and a worker that waits, under the real supervisor.

Run as `python -m tests.tiny_house WORKER_COMMAND…`; prints its address as `flask serve` does.
"""

import os
import sys

from flask import Flask

from neighbours.serving.listening import address_of, listen
from neighbours.serving.serve import web_command
from neighbours.serving.supervisor import supervise


def create_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "start", lambda: f"served by {os.getppid()}")
    return app


if __name__ == "__main__":
    with listen("127.0.0.1", 0) as listener:
        print(address_of(listener), flush=True)
        app = os.environ.get("TINY_APP", "tests.tiny_house:create_app()")
        web = [*web_command(listener.fileno(), 1, 4)[:-1], app]
        sys.exit(supervise(web, sys.argv[1:], os.getcwd(), listener.fileno()))
