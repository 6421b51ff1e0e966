"""From "I can help" to "thank you" over HTTP, on SQLite and PostgreSQL."""

from flask import Flask

from models import HelpRequest, Reply
from tests.village import sign_in_as
from tests.yes import ask, stand

ADDRESS = "Engvej 1, 8660 Anneby"


def test_from_i_can_help_to_thank_you(app_on_both: Flask) -> None:
    anna, bo = (sign_in_as(app_on_both, name) for name in ("Anna", "Bo"))
    help_url = f"/help/{stand(app_on_both, HelpRequest, id=ask(app_on_both)).ref}"
    assert bo.post(f"{help_url}/reply", data={"line": "Gerne", "share_phone": "y"}).status_code == 303
    reply = stand(app_on_both, Reply)
    url = anna.post(f"/replies/{reply.ref}/accept", data={"share_phone": "y"}).location
    anna.post(f"{url}/open-address", data={"open": "yes"})
    page = bo.get(url).get_data(as_text=True)
    assert ADDRESS in page and "+45 20 10 00 41" in page and "Gerne" in page
    assert [bo.post(f"{url}/done").status_code, anna.post(f"{url}/undo").status_code] == [303, 303]
    assert bo.post(f"{url}/done").status_code == anna.post(f"{url}/thanks", data={"text": "Tak!"}).status_code == 303
    page = bo.get(url).get_data(as_text=True)
    assert "Tak!" in page and ADDRESS not in page
    assert stand(app_on_both, HelpRequest).status == "done"
