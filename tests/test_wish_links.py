"""The link of a mail to its reader's wishes: ours alone, for one person and one notice, and for as long as it takes."""

import pytest
from flask import Flask

from neighbours.rules.notices import USUAL
from neighbours.wish_links import WishLink, read_wish_token, wish_link

REF = "tYx0-_abcDEF"


def token_of(app: Flask, ref: str, notice: str) -> str:
    with app.app_context():
        return wish_link(ref, notice).rpartition("/")[2]


@pytest.mark.parametrize("notice", USUAL)
def test_what_a_link_says_is_read_again(app: Flask, notice: str) -> None:
    with app.app_context():
        link = wish_link(REF, notice)
        assert link.startswith("http://localhost:8000/notices/") and len(link) <= 120
        assert read_wish_token(link.rpartition("/")[2]) == WishLink(REF, notice)


def test_a_token_that_we_did_not_sign_says_nothing(app: Flask) -> None:
    token = token_of(app, REF, "suggestions")
    ref, notice, signature = token.split(".")
    changed = [
        f"{ref}.messages.{signature}",
        f"{ref[:-1]}G.{notice}.{signature}",
        f"{ref}.{notice}.{'A' + signature[1:] if signature[0] != 'A' else 'B' + signature[1:]}",
        f"{ref}.{notice}",
        token[:-1],
        "",
        "å.ø.æ",
        token_of(app, REF, "weather"),
    ]
    with app.app_context():
        assert [read_wish_token(each) for each in changed] == [None] * len(changed)


def test_another_installation_reads_none_of_ours(app: Flask) -> None:
    token = token_of(app, REF, "suggestions")
    app.config["SECRET_KEY"] = "another"
    with app.app_context():
        assert read_wish_token(token) is None
