"""What looks like a link is one, however it is dressed; what people write every day is none."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neighbours.rules.talk.links import has_link

LINKS = (
    "https://example.com", "http://a.dk/x", "HTTP://EXAMPLE.COM", "hxxps://evil.top", "www.example.com",
    "WWW . example . com",
    "se example.com.", "(example.nl)", "bit.ly/3xYz", "tinyurl.com/abc", "t.co/x", "example.dk/side?x=1", "min-side.dk",
    "a.b.c.example.org", "evil.xn--p1ai", "example[.]com", "example (dot) com", "example dot com",
    "eksempel punktum dk",
    "voorbeeld punt nl", "example.dk#top", "192.168.1.10", "10.0.0.1/login", "ftp://host",
    "exa\u200bmple.com", "ｅｘａｍｐｌｅ．ｃｏｍ", "rødgrød.dk", "example.co.uk", "example.com,og mere",
    "wa.me/4520100041", "evil。com", "evil｡com", "evil․com", "evil.Com", "evil.cOm", "evil.today", "evil.world",
    "evil.pro",
    "evil . com", "se evil .dk", "evil. com", "www evil dk", "evil-punktum-dk", "tinyurl com/x", "evil,com", "еvіl.com",
    "kommer.de/x", "www.kommer.de og", "https://kommer.de og", "min-side.de og mere", "evil1.me too", "a.evil.de er",
)  # fmt: skip
NO_LINKS = (
    "f.eks. på fredag", "bl.a. havearbejde", "kl. 9.30", "Vi ses kl.9.30", "12.6.2026", "12.06.", "1.000 kr.", "m.v.",
    "d.v.s. i morgen", "Jeg kommer.Nu er det sent", "Tak.Hilsen Bo", "bo@example.org", "skriv til bo@example.org.",
    "og/eller", "10/12 stk", "a.m.b.a.", "Ja... måske", "nr. 12.", "Ring 20 10 00 41", "Hej:)", "o.s.v.", "ca.10 stk",
    "e.g. on Friday", "i.e. tomorrow", "bijv. op vrijdag", "m.a.w. morgen", "3,5 m", "Det er dot", "Punktum",
    "jeg kommer.de andre", "mødes kl 12.me too", "kom ind.nu er der kaffe", "det regner.se selv", "we eat.no hurry",
    "I come.at ten we go", "ja.De andre kommer", "See you.Today is fine", "jeg er klar.to kopper kaffe",
    "ik kom.de rest blijft", "het regent.is dat erg", "Ik kom.Is dat goed", "we zijn klaar.at u al", "tak.Me too",
    "vi er fire.plus en hund", "Hr.Jensen", "Vi ses , nu !", "ja . de andre", "Tak , me too", "fredag.Det passer",
    "klar.Se her",
)  # fmt: skip
WORDS = st.text(alphabet=string.ascii_letters + "æøåéü ,!?-0123456789", max_size=40)
NAMES = st.text(alphabet=string.ascii_lowercase + string.digits, min_size=1, max_size=12)
ENDINGS = st.sampled_from(["com", "dk", "nl", "org", "net", "top", "xyz", "ly", "eu"])


@pytest.mark.parametrize("text", LINKS)
def test_a_link(text: str) -> None:
    assert has_link(text)
    assert has_link(f"Kig her: {text} og sig, hvad du synes.")


@pytest.mark.parametrize("text", NO_LINKS)
def test_no_link(text: str) -> None:
    assert not has_link(text)
    assert not has_link(f"Hej Anna, {text} Hilsen Bo")


@given(WORDS, st.sampled_from(["http://", "https://", "HTTPS://", "www.", "ftp://"]), NAMES, ENDINGS, WORDS)
def test_whatever_stands_around_it_a_scheme_or_www_is_a_link(
    before: str, scheme: str, name: str, ending: str, after: str
) -> None:
    assert has_link(f"{before} {scheme}{name}.{ending} {after}")


@given(WORDS, st.lists(NAMES, min_size=1, max_size=3), ENDINGS, WORDS)
def test_whatever_stands_around_it_a_name_with_a_known_ending_is_a_link(
    before: str, names: list[str], ending: str, after: str
) -> None:
    assert has_link(f"{before} {'.'.join(names)}.{ending} {after}")


@given(WORDS, NAMES, st.text(alphabet=string.ascii_lowercase, min_size=2, max_size=10), NAMES, WORDS)
def test_whatever_its_ending_a_name_with_a_path_is_a_link(
    before: str, name: str, ending: str, path: str, after: str
) -> None:
    assert has_link(f"{before} {name}.{ending}/{path} {after}")


@given(st.lists(st.text(alphabet="abcdefghiklmnoprstuvyæøå", min_size=2, max_size=12), max_size=20))
def test_words_with_a_full_stop_and_a_space_are_none(words: list[str]) -> None:
    plain = [word for word in words if word not in ("dot", "punktum", "prik", "punt")]
    assert not has_link(". ".join(plain) + ".")


@given(st.text(max_size=1000))
def test_any_text_can_be_asked(text: str) -> None:
    assert has_link(text) in (True, False)
