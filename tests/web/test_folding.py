"""Templates folded for a language say what the plain ones say, in each language and below each root."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import nodes

from neighbours.language import PAGE_LANGUAGES
from neighbours.web.wire.folding import FoldedEnvironment
from tests.yes import ask

TOKEN = re.compile(r'name="csrf_token" (type="hidden" )?value="[^"]+"')
As = Callable[[str], FlaskClient]
PAGES = ("/", "/nearby?kind=garden", "/nearby/offers", "/mine", "/find?q=eng", "/me", "/nothing")


@pytest.mark.parametrize("language", PAGE_LANGUAGES)
def test_a_folded_page_is_the_plain_page(
    app: Flask, as_person: As, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(app)
    bo = as_person("Bo")
    bo.post("/language", data={"language_of_pages": language})
    folded = [TOKEN.sub("", bo.get(path).text) for path in PAGES]
    monkeypatch.setattr(FoldedEnvironment, "_here", lambda self: self)
    app.extensions["replays"].forget()
    assert [TOKEN.sub("", bo.get(path).text) for path in PAGES] == folded
    assert f'<html lang="{language}">' in folded[0]


def test_what_is_always_the_same_is_not_asked_again(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/"):
        env = app.jinja_env._here()
        source = (
            "{{ _('Urgent') }}{{ _('100%% of %(name)s', name='x') }}{{ url_for('mine.list') }}{{ pictogram('pin') }}"
        )
        called = {call.node.name for call in env._parse(source, "x.html", None).find_all(nodes.Call)}
        plain = {call.node.name for call in env._parse(source, "x.txt", None).find_all(nodes.Call)}
    assert (called, plain) == (set(), {"_", "url_for", "pictogram"})


@pytest.mark.parametrize("call", ["_(words)", "url_for('ask.start', ref=ref)", "pictogram(sign)", "asset(*names)"])
def test_what_depends_on_the_page_is_asked_each_time(app: Flask, call: str) -> None:
    with app.test_request_context("/"):
        tree = app.jinja_env._here()._parse(f"{{{{ {call} }}}}", "x.html", None)
    assert list(tree.find_all(nodes.Call))


@pytest.mark.parametrize(
    "source", ["{{ _('100%% <b>') }}", "{{ _('to %(name)s', name='<Bo>') }}", "{{ _('a & b') ~ '<' }}"]
)
def test_words_with_signs_and_facts_are_as_jinja_says_them(app: Flask, source: str) -> None:
    plain = app.jinja_env
    with app.test_request_context("/"):
        folded = plain._here()
        tree = folded._parse(source, "x.html", None)
        assert (
            folded.template_class.from_code(folded, folded.compile(tree, "x.html"), folded.globals).render()
            == plain.template_class.from_code(plain, plain.compile(source, "x.html"), plain.globals).render()
        )


def test_links_stay_below_the_root_that_the_house_stands_under(client: FlaskClient) -> None:
    below = client.get("/", environ_overrides={"SCRIPT_NAME": "/hjaelp"}).text
    above = client.get("/").text
    assert 'href="/hjaelp/accessibility"' in below and 'href="/hjaelp/static/style.' in below
    assert 'href="/accessibility"' in above and "/hjaelp" not in above


def test_mails_are_folded_for_nobody(app: Flask) -> None:
    with app.app_context():
        assert app.jinja_env._here() is app.jinja_env
