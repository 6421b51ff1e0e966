"""The whole story on both engines: somebody joins, is let in, asks; a neighbour says yes, helps; both say thank you."""

from datetime import timedelta

from flask import Flask

from tests.conftest import Clock
from tests.journeys.visitor import Visitor
from tests.letters import last_code
from tests.village import sign_in_as


def stranger(app: Flask) -> Visitor:
    return Visitor(app.test_client())


def signed_in_by_code(app: Flask, contact: str) -> Visitor:
    person = stranger(app).go("/sign-in").press("code", contact=contact)
    return person.press("Sign in", code=last_code(app))


def join(app: Flask, name: str, contact: str) -> Visitor:
    new = stranger(app).go("/").press("Find", q="engvej 5 anneby").sees("Engvej 5")
    new.press("This is where I live", **_first_choice(new, "address"))
    new.press("Join").press("Go on", name=name).press("Go on", contact=contact)
    new.press("Go on", kinds=["garden"]).press("Go on", days=["0", "4"], parts=["morning"]).press("Send me a code")
    return new.press("Join", code=last_code(app))


def _first_choice(visitor: Visitor, name: str) -> dict[str, str]:
    return {name: visitor.page.html.split(f'name="{name}" value="')[1].split('"')[0]}


def _last_choice(visitor: Visitor, name: str) -> dict[str, str]:
    return {name: visitor.page.html.split(f'name="{name}" value="')[-1].split('"')[0]}


def ask_for_help(person: Visitor) -> Visitor:
    person.go("/").follow("Ask for help")
    person.press("Next", kind="garden", title="Mow a small lawn", text="The mower is in the shed.")
    person.press("Next", when_kind="day", day="2026-06-05", parts=["afternoon"], minutes="60")
    person.press("Next", place_kind="home")
    return person.sees("Mow a small lawn", "Friday 5 June in the afternoon").press("Ask your neighbours")


def test_from_the_first_page_to_the_thank_you(app_on_both: Flask, clock: Clock) -> None:
    app = app_on_both
    grethe = join(app, "Grethe", "grethe@example.org").sees("Anneby", "Dorthe").does_not_see("Anna", "Bo ")
    dorthe = signed_in_by_code(app, "dorthe@example.org").go("/host").sees("Grethe", "Engvej 5")
    dorthe.press("let Grethe in")

    ask_for_help(grethe)
    bo = signed_in_by_code(app, "bo@example.org").go("/nearby").sees("Mow a small lawn").does_not_see("Engvej 5")
    bo.follow("Mow a small lawn").sees("Grethe", "garden").press("I can help", line="I can come at two.")

    grethe.go("/mine").follow("Mow a small lawn").sees("Bo", "I can come at two.").press("Yes please")
    grethe.sees("Our agreement", "Bo")
    bo.go("/").follow("Mow a small lawn").sees("Our agreement", "Grethe").does_not_see("Engvej 5")
    grethe.press("Show my address")
    bo.go(bo.path).sees("Engvej 5")

    clock.now += timedelta(days=4, hours=6)
    bo.press("It is done")
    grethe.go(grethe.path).press("thank", text="Thank you, Bo!")
    bo.go(bo.path).sees("Thank you, Bo!").does_not_see("Engvej 5")


def test_a_contact_that_two_people_share_asks_who_are_you(app_on_both: Flask) -> None:
    app = app_on_both
    known = join(app, "Grethe", "anna@example.org").sees("You are already a neighbour")
    known.press("Go on", **_last_choice(known, "person")).sees("Anneby", "Dorthe").does_not_see("Anna")
    person = stranger(app).go("/sign-in").press("code", contact="anna@example.org")
    person.press("Sign in", code=last_code(app)).sees("Who are you?", "Anna", "Grethe")


def test_the_offer_of_one_is_read_by_another(app_on_both: Flask) -> None:
    bo, anna = (Visitor(sign_in_as(app_on_both, name)) for name in ("Bo", "Anna"))
    bo.go("/offer").press("Next", kind="garden", title="I mow lawns")
    bo.press("Next", weekdays=["4"], parts=["afternoon"])
    bo.press("Offer")
    anna.go("/nearby/offers").sees("I mow lawns").follow("I mow lawns").sees("Bo")
