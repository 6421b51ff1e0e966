"""A device in plain words, out of what its browser says about itself: "Firefox on Windows".

Browsers name each other, so the order of looking is what counts (Edge says Chrome and Safari, Chrome says Safari).
Source: MDN, "Browser detection using the user agent".
"""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Vivaldi", "Vivaldi"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_label(agent: str | None) -> str:
    """ "Firefox on Windows"; one of the two alone, or nothing, when the browser does not say."""
    browser, system = _first(BROWSERS, agent or ""), _first(SYSTEMS, agent or "")
    return f"{browser} on {system}" if browser and system else browser or system


def parts_of_label(label: str) -> tuple[str, str]:
    """The label's browser and system again, to be said in another language; either may be empty."""
    browser, _, system = label.partition(" on ")
    return browser, system


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for sign, name in names if sign in agent), "")
