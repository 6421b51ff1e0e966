"""Settings for gunicorn, told by `--config`: it reads longer addresses than it would by itself.

Longer than 8,190 letters it would answer with a line of plain English before anybody is asked, and 0 would let it read
without end. So its own most is put up: now the site answers, with a page (web/doors.py).
"""

from gunicorn.http import message

limit_request_line = message.MAX_REQUEST_LINE = 2**16
