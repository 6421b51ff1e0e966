"""One language a page: kept while the page is written, never carried over to another page, thread or mail."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask, render_template_string

from neighbours.language import PAGE_LANGUAGES, _, _l, current_language, format_day, in_language, ngettext

DAY = date(2026, 6, 12)


def test_a_mail_is_written_in_its_own_language_and_the_page_goes_on_in_its_own(app: Flask):
    with app.test_request_context("/", headers={"Accept-Language": "da"}):
        assert (_("Done"), current_language()) == ("Klaret", "da")
        with in_language("en"):
            assert (_("Done"), current_language()) == ("Done", "en")
            with in_language("da"):
                assert _("Done") == "Klaret"
            assert (_("Done"), format_day(DAY)) == ("Done", "Friday 12 June")
        assert (_("Done"), format_day(DAY)) == ("Klaret", "fredag den 12. juni")


def test_the_language_comes_back_when_a_mail_could_not_be_written(app: Flask):
    with app.test_request_context("/", headers={"Accept-Language": "da"}):
        try:
            with in_language("en"):
                raise ValueError(_("Done"))
        except ValueError as error:
            assert str(error) == "Done"
        assert _("Done") == "Klaret"


def test_pages_written_at_the_same_time_do_not_mix_their_languages(app: Flask):
    def words(number: int) -> set[str]:
        with app.test_request_context("/", headers={"Accept-Language": "da" if number % 2 else "en"}):
            return {_("Done") for _again in range(200)}

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(words, range(64))) == [{"Done"}, {"Klaret"}] * 32


def test_words_kept_for_later_are_read_in_the_language_of_their_reader(app: Flask):
    later = _l("Done")
    for language, says in (("da", "Klaret"), ("en", "Done")):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            assert str(later) == says
    assert str(later) == "Done"


def test_one_and_several_have_words_of_their_own(app: Flask):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert ngettext("%(num)s minute", "%(num)s minutes", 1) == "1 minute"
        assert ngettext("%(num)s minute", "%(num)s minutes", 2) == "2 minutes"


def test_facts_in_a_sentence_of_a_template_are_escaped(app: Flask):
    with app.test_request_context("/", headers={"Accept-Language": "da"}):
        said = render_template_string("{{ _('in %(area)s', area=name) }}", name="<b>50 %</b>")
        assert said == "i &lt;b&gt;50 %&lt;/b&gt;"


@pytest.mark.parametrize(
    ("accepts", "language"), [("nl", "nl"), ("nl-BE,nl;q=0.9,en;q=0.5", "nl"), ("fr,nl;q=0.5", "nl"), ("fr", "en")]
)
def test_a_dutch_browser_gets_dutch_pages(app: Flask, accepts: str, language: str):
    page = app.test_client().get("/", headers={"Accept-Language": accepts}).text
    assert f'<html lang="{language}">' in page


def test_the_menu_offers_every_language_in_its_own_words(app: Flask):
    client = app.test_client()
    menu = client.get("/").text
    for code, name in PAGE_LANGUAGES.items():
        assert re.search(rf'<button[^>]* value="{code}" lang="{code}"[^>]*>{name}</button>', menu)
    client.post("/language", data={"language_of_pages": "nl"})
    page = client.get("/").text
    assert '<html lang="nl">' in page and "Inloggen" in page
