"""From the first page to the thank-you within ten minutes: the asker's part of the whole story, counted on a phone.

A keystroke-level model (Card, Moran and Newell, 1983) of somebody slow: she reads every word of the main part from the
top of a page to the lowest thing that she touches (to the end where she touches nothing), 150 a minute, each text once;
a tap takes 3 seconds, a page 1 second to come, a letter on the phone's keyboard 1 second. Fetching a code from another
application counts as 15 seconds.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask
from playwright.sync_api import Browser, Locator

from tests.conftest import Clock
from tests.journeys.test_browser_journey import Person, danish_village  # noqa: F401
from tests.letters import last_code

MOST_MINUTES = 10
A_WORD, A_TAP, A_PAGE, A_LETTER, A_CODE = 60 / 150, 3, 1, 1, 15

TEXTS = """end => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [], range = document.createRange();
  while (walker.nextNode()) {
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect(), seen = walker.currentNode.parentElement.checkVisibility();
    if (seen && box.width > 1 && box.height > 1 && (end === null || box.top + scrollY < end))
      found.push(walker.currentNode.textContent.trim());
  }
  return found;
}"""
BOTTOM = "touched => touched.getBoundingClientRect().bottom + scrollY"


@dataclass
class Effort:
    """What one page cost."""

    page: str
    words: int = 0
    taps: int = 0
    letters: int = 0
    waited: float = 0

    @property
    def seconds(self) -> float:
        return self.words * A_WORD + self.taps * A_TAP + self.letters * A_LETTER + self.waited


@dataclass
class Slow:
    """Somebody slow at a phone; `efforts` is what each page cost so far."""

    person: Person
    efforts: list[Effort] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def arrive(self, path: str) -> None:
        """By a link in a message, or by the address of the site."""
        self.person.go(path)
        self._begin(A_TAP)

    def tap(self, thing: Locator) -> None:
        self._read_to(thing)
        self.efforts[-1].taps += 1
        thing.check(force=True) if thing.get_attribute("type") in ("radio", "checkbox") else thing.click()

    def type(self, name: str, text: str) -> None:
        thing = self.person.page.locator(f"[name={name}]")
        self._read_to(thing)
        self.efforts[-1].taps += 1
        self.efforts[-1].letters += len(text)
        thing.fill(text)

    def choose(self, name: str, value: str) -> None:
        self.tap(self.person.page.locator(f"input[name={name}][value='{value}']"))

    def press(self, words: str) -> None:
        self._leave("button", words)

    def follow(self, words: str) -> None:
        self._leave("link", words)

    def fetch_code(self, app: Flask) -> None:
        self.efforts[-1].waited += A_CODE
        self.type("code", last_code(app))

    def _leave(self, role: str, words: str) -> None:
        with self.person.page.expect_navigation():
            self.tap(self.person.page.get_by_role(role, name=words).first)
        self._begin()

    def _begin(self, waited: float = 0) -> None:
        self.efforts.append(Effort(self.person.page.url.partition("//")[2].partition("/")[2], waited=A_PAGE + waited))

    def look_through(self) -> None:
        """Read a page on which nothing is to be done."""
        self._read(None)

    def _read_to(self, thing: Locator) -> None:
        self._read(thing.evaluate(BOTTOM))

    def _read(self, end: float | None) -> None:
        new = set(self.person.page.evaluate(TEXTS, end)) - self.known
        self.efforts[-1].words += sum(len(text.split()) for text in new)
        self.known |= new


def test_from_the_first_page_to_the_thank_you_takes_her_ten_minutes(
    app: Flask,
    browser: Browser,
    danish_village: str,  # noqa: F811
    clock: Clock,
) -> None:
    grethe, dorthe, bo = (Person(browser, danish_village) for _ in range(3))
    her = Slow(grethe)
    join(app, her)
    her.look_through()
    dorthe.sign_in(app, "dorthe@example.org")
    dorthe.go("/host")
    dorthe.press("Ja, luk Grethe ind")

    ask(her)
    bo.sign_in(app, "bo@example.org")
    bo.go("/nearby")
    bo.follow("Slå en lille græsplæne")
    bo.press("Jeg kan hjælpe")

    her.arrive(grethe.page.url.partition(danish_village)[2])
    her.press("Ja tak")
    her.press("Vis Bo min adresse")
    her.look_through()
    clock.now += timedelta(days=4, hours=6)
    bo.go("/")
    bo.follow("Slå en lille græsplæne")
    bo.press("Det er klaret")

    her.arrive(grethe.page.url.partition(danish_village)[2])
    her.type("text", "Tusind tak, Bo!")
    her.press("Sig tak")
    her.look_through()
    bo.page.reload()
    bo.sees("Tusind tak, Bo!")
    minutes = sum(each.seconds for each in her.efforts) / 60
    assert minutes <= MOST_MINUTES, table(her.efforts)


def join(app: Flask, her: Slow) -> None:
    her.arrive("/")
    her.type("q", "engvej 5")
    her.press("Find")
    her.tap(her.person.page.locator("input[name=address]").first)
    her.press("Her bor jeg")
    her.press("Vær med i")
    her.type("name", "Grethe")
    her.press("Videre")
    her.type("contact", "grethe@example.org")
    for _page in ("contact", "help"):
        her.press("Videre")
    her.fetch_code(app)
    her.press("Vær med")


def ask(her: Slow) -> None:
    her.arrive("/")
    her.follow("Bed om hjælp")
    her.choose("kind", "garden")
    her.type("title", "Slå en lille græsplæne")
    her.press("Videre")
    her.choose("when_kind", "day")
    her.type("day", "2026-06-05")
    her.choose("parts", "afternoon")
    her.press("Videre")
    her.choose("place_kind", "home")
    her.press("Videre")
    her.press("Bed dine naboer om hjælp")
    her.follow("Se")
    her.look_through()


def table(efforts: list[Effort]) -> str:
    """Page by page, for who must make it shorter."""
    rows = [
        f"{e.page:40.40} {e.words:5} words {e.taps:3} taps {e.letters:3} letters {e.seconds:6.1f} s" for e in efforts
    ]
    return "\n".join(["", *rows, f"{sum(e.seconds for e in efforts) / 60:.1f} minutes"])
