"""What the host is told to say: the words of the text message, of all that these need."""

from collections.abc import Callable

import pytest
from flask import Flask
from jinja2 import nodes
from sqlalchemy import update

from models import Proposal, Resident, db
from neighbours.actions.help import proposing
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.queries.outbox import ABOUT
from neighbours.queries.people.desk import TYPED
from neighbours.rules.notices import NOTICE_OF
from tests.actions.test_proposing import SATURDAY
from tests.village import NOW, sign_in_as
from tests.yes import agree, ask, person, stand


@pytest.mark.parametrize(
    ("answer", "says"), [(proposing.say_yes, "says yes to your suggestion"), (proposing.say_no, "It stays as agreed")]
)
def test_the_host_says_how_a_suggestion_was_answered(
    app_on_both: Flask, answer: Callable[..., None], says: str
) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both))
    anna, bo = Actor(person(app_on_both, "Anna")), Actor(person(app_on_both, "Bo"))
    with app_on_both.app_context():
        with writing() as session:
            session.execute(update(Resident).where(Resident.name == "Bo").values(told_by="host"))
        proposing.suggest(agreement_id, SATURDAY, by=bo, now=NOW)
        answer(stand(app_on_both, Proposal).id, by=anna, now=NOW)
    page = sign_in_as(app_on_both, "Dorthe").get("/host").text
    assert says in page
    assert ("It stays as agreed" in page) != ("says yes" in page)


# What messages.py makes of a row for a text message, and the columns that it reads for that.
MADE_OF = {"not_needed": {"help_status"}, "is_today": {"day", "expires_at", "zone"}, "about": set(), "site": set()}


@pytest.mark.parametrize("kind", [*NOTICE_OF, "confirmed", "reported", "feedback"])
def test_the_words_of_a_text_need_nothing_that_the_desk_does_not_read(app: Flask, kind: str) -> None:
    """But for what its link alone is made of, which the host does not say."""
    source = app.jinja_env.loader.get_source(app.jinja_env, f"mail/{kind}.txt")[0]  # type: ignore[union-attr]
    tree = app.jinja_env.parse(source)
    (block,) = (each for each in tree.find_all(nodes.Block) if each.name == "text")
    asked_of_it = {each.attr for each in block.find_all(nodes.Getattr) if each.node == nodes.Name("about", "load")}
    facts = {each.name for each in block.find_all(nodes.Name) if each.ctx == "load"} - {"_", "ngettext", "link"}
    with app.app_context():
        values = {"association_id": 1, "me": 1, "now": NOW, "since": NOW, "long_ago": NOW, "today": NOW.date()}
        desk_reads = set(db.session.execute(TYPED, values).keys())
        told = set(db.session.execute(ABOUT, {"ids": [0]}).keys())
    assert facts <= MADE_OF.keys()
    columns = asked_of_it.union(*(MADE_OF[fact] for fact in facts))
    assert columns <= told
    assert {each for each in columns if not each.endswith("_ref")} <= desk_reads
