"""A device is named as people name it."""

import pytest

from neighbours.rules.people.devices import device_label, parts_of_label

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Windows",
        ),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Edg/120.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 14; SM-T510) {WEBKIT}", "Chrome on Android"),
        (
            "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605 Version/12.1 Safari/604.1",
            "Safari on iPad",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14) AppleWebKit/605 Version/17 Safari/605",
            "Safari on Mac",
        ),
        ("Linux", "Linux"),
        ("curl/8.0 on everything", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_browser_and_its_system_are_named(agent: str | None, label: str) -> None:
    assert device_label(agent) == label


def test_a_label_comes_apart_again() -> None:
    assert parts_of_label("Samsung Internet on Android") == (
        "Samsung Internet",
        "Android",
    )
    assert parts_of_label("Firefox") == ("Firefox", "")
