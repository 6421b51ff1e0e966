"""Two of whom one blocked the other: neither finds a trace of the other on any page that there is.

Every page of the URL map is opened with the ref of everything there is, and every link is followed, as the one who
blocked and as the one who was blocked. So a new page, or a new list, is looked at by itself.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app import create_app
from models import (
    Agreement,
    HelpRequest,
    Invitation,
    Message,
    Offer,
    Proposal,
    Reply,
    Resident,
    Thanks,
    Thread,
    db,
    new_ref,
)
from neighbours.actions.help.agreeing import finish
from neighbours.actions.help.thanking import say_thanks
from neighbours.actions.moving import Actor
from neighbours.actions.talk.writing import Said, begin
from neighbours.actions.trust.blocking import block
from neighbours.database import writing
from neighbours.rules.help.choosing import NOT_ASKED, kept_reasons
from neighbours.rules.help.reasons import IN_YOUR_CORNER, YOU_LIKE_IT, Reason
from tests.privacy.crawl import Page, crawl, look, masked
from tests.scene import Scene, build_scene
from tests.village import NOW
from tests.yes import agree, ask, offer, person

REASONS = kept_reasons([Reason(IN_YOUR_CORNER, None), Reason(YOU_LIKE_IT, "digital"), Reason(NOT_ASKED, None)])
NAMES = {"Anna": "Aurelia", "Bo": "Balthazar"}
ROLE = {"Anna": "asker", "Bo": "helper"}
OTHER = {"Anna": "Bo", "Bo": "Anna"}
# What each wrote; the other shall not read it.
WORDS = {
    "Anna": ("Hjælp til Digital Post", "Suppe om torsdagen", "Ja, i skuret", "Tusind tak fra mig", "Kom gerne mandag"),
    "Bo": ("Klip min hæk", "Lån min trillebør", "Har du en stige", "Det var så lidt", "Jeg kommer cyklende"),
}
# The list of whom one blocked; who opened one's address, which everybody may know of their own; the demo's own pages;
# and where a problem with somebody one met is told, which is the same before and after (test_met.py).
ALLOWED = (
    "/me/blocked", "/me/address-log", "/demo", "/static", "/calendar/", "/feedback", "/report/people",
    "/report/message/", "/report/agreement/", "/report/reply/",
)  # fmt: skip


@pytest.fixture(scope="module")
def scene(sqlite_village: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("no-trace") / "instance"
    shutil.copytree(sqlite_village, folder)
    app = create_app({"TESTING": True, "INSTANCE": folder, "CLOCK": lambda: NOW})
    scene = build_scene(app)
    live_on(app)
    scene.keep()
    yield scene
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def live_on(app: Flask) -> None:
    """Bo asks and offers too, Anna helps him; they thank each other; Bo was asked to help Anna. Then new names."""
    anna, bo = person(app, "Anna"), person(app, "Bo")
    done = [agree(app, ask(app, "Bo", title="Klip min hæk"), "Anna"), agree(app, ask(app))]
    waiting, invited = ask(app, "Bo", title="Klip min hæk og roserne"), ask(app)
    offer(app, waiting, "Anna")
    with app.app_context():
        for agreement_id, helper in zip(done, (anna, bo), strict=True):
            finish(agreement_id, by=Actor(helper), now=NOW)
            say_thanks(agreement_id, "Tusind tak fra mig", "da", by=Actor(anna), now=NOW)
            say_thanks(agreement_id, "Det var så lidt", "da", by=Actor(bo), now=NOW)
        begin(waiting, anna, Said("Kom gerne mandag", "da"), by=Actor(anna), now=NOW)
        with writing() as session:
            home = session.execute(select(Resident).where(Resident.id == bo)).scalar_one()
            asked = {"wave": 1, "how": "message", "reasons": REASONS, "asked_at": NOW}
            offered = {
                "kind": "garden", "title": "Lån min trillebør", "language": "da", "languages": 1, "slots": 1,
                "status": "open", "created_at": NOW, "opened_at": NOW, "expires_at": NOW.replace(year=2027),
            }  # fmt: skip
            session.add(Invitation(help_request_id=invited, resident_id=bo, **asked))
            session.add(Offer(resident_id=bo, area_id=home.area_id, cell_id=home.cell_id, **offered))
            session.execute(update(Reply).where(Reply.helper_id == bo).values(line="Jeg kommer cyklende"))
            for name, new in NAMES.items():
                session.execute(update(Resident).where(Resident.name == name).values(name=new))


def refs_of(app: Flask) -> dict[str, set[str]]:
    """By who they belong to: the refs of what one of the two asked, offered, replied, wrote; shared things by both."""
    with app.app_context():
        ids = {name: db.session.scalar(select(Resident.id).where(Resident.name == new)) for name, new in NAMES.items()}
        found = {
            name: {
                *db.session.scalars(select(HelpRequest.ref).where(HelpRequest.asker_id == ident)),
                *db.session.scalars(select(Offer.ref).where(Offer.resident_id == ident)),
                *db.session.scalars(select(Reply.ref).where(Reply.helper_id == ident)),
                *db.session.scalars(select(Message.ref).where(Message.by_id == ident)),
            }
            for name, ident in ids.items()
        }
        the_two = list(ids.values())
        of_them = HelpRequest.asker_id.in_(the_two)
        agreed = select(Agreement).join(HelpRequest).where(of_them, Agreement.helper_id.in_(the_two)).subquery()
        between = {
            *db.session.scalars(select(agreed.c.ref)),
            *db.session.scalars(select(Proposal.ref).where(Proposal.agreement_id.in_(select(agreed.c.id)))),
            *db.session.scalars(select(Thread.ref).join(HelpRequest).where(of_them, Thread.helper_id.in_(the_two))),
        }
        assert db.session.scalar(select(Thanks.id)) is not None
        return found | {"both": between}


def addresses(app: Flask, refs: set[str]) -> list[str]:
    """Every page that answers GET, with every ref."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not str(rule).startswith("/static"):
            names = sorted(rule.arguments)
            assert names in ([], ["ref"], ["token"]), f"{rule} names something else: teach this test what"
            found += [str(rule).replace("<ref>", ref) for ref in sorted(refs)] if names == ["ref"] else []
            found += [str(rule)] if not names else []
    return found


def pages_of(scene: Scene, who: str, refs: set[str]) -> dict[str, Page]:
    """All that links lead to, and every page with every ref."""
    browser = scene.browser(ROLE[who])
    linked = crawl(browser, filters=False, without=ALLOWED)
    more = [each for each in addresses(scene.app, refs) if each not in linked and not each.startswith(ALLOWED)]
    for address in more:
        linked[address] = page = look(browser, address)
        if page.status == 303:
            browser.get("/behind")  # hears what is said once
    return linked


def traces(page: Page, address: str, other: str, refs: set[str]) -> list[str]:
    """What a page shows of the other: the name, words, and refs that the address did not hold already."""
    text = page.body.decode(errors="replace") + " ".join(value for _name, value in page.headers)
    words = [word for word in (NAMES[other], *WORDS[other]) if word in text]
    return words + [ref for ref in refs if ref in text and ref not in address]


@pytest.mark.parametrize("blocker", ["Anna", "Bo"])
@pytest.mark.parametrize("viewer", ["Anna", "Bo"])
def test_neither_finds_a_trace_of_the_other_on_any_page(scene: Scene, blocker: str, viewer: str) -> None:
    other, refs = OTHER[viewer], refs_of(scene.app)
    every = refs["Anna"] | refs["Bo"] | refs["both"]
    gone = refs[other] | refs["both"]
    with scene.fresh():
        before = pages_of(scene, viewer, every)
        seen = [address for address, page in before.items() if traces(page, address, other, gone)]
        assert len(seen) > 25, "there is too little to lose"
    with scene.fresh():
        with scene.app.app_context():
            ids = [db.session.scalar(select(Resident.id).where(Resident.name == NAMES[name])) for name in ROLE]
            block(*(ids if blocker == "Anna" else ids[::-1]), NOW)  # type: ignore[arg-type]
        after = pages_of(scene, viewer, every)
        found = {address: traces(page, address, other, gone) for address, page in after.items()}
        assert {address: words for address, words in found.items() if words} == {}
        like_nothing(scene.browser(ROLE[viewer]), after, gone)


def like_nothing(browser: FlaskClient, pages: dict[str, Page], gone: set[str]) -> None:
    """Each page of what is gone is, to the byte, the one of a thing that never was."""
    there = 0
    for address, page in pages.items():
        ref = next((ref for ref in gone if f"/{ref}" in address), None)
        if ref is None:
            continue
        never = new_ref()
        same = look(browser, address.replace(ref, never))
        assert bytes_of(page, ref) == bytes_of(same, never), address
        there += page.status == 404
    assert there > 50


def bytes_of(page: Page, ref: str) -> bytes:
    return masked(page).replace(ref.encode(), b"-")


def test_a_page_kept_from_before_the_block_is_not_given_again(scene: Scene) -> None:
    with scene.fresh():
        bo = scene.browser("helper")
        assert "Suppe om torsdagen" in bo.get("/nearby/offers").text
        version = bo.get("/nearby/offers").headers["ETag"]
        with scene.app.app_context():
            ids = [db.session.scalar(select(Resident.id).where(Resident.name == NAMES[name])) for name in ROLE]
            block(*ids, NOW)  # type: ignore[arg-type]
        answer = bo.get("/nearby/offers", headers={"If-None-Match": version})
        assert answer.status_code == 200 and "Suppe om torsdagen" not in answer.text


def test_who_compares_with_a_neighbour_sees_that_others_find_it(scene: Scene) -> None:
    """That is accepted, and said on the page: to everybody else the two are as before."""
    with scene.fresh():
        with scene.app.app_context():
            ids = [db.session.scalar(select(Resident.id).where(Resident.name == NAMES[name])) for name in ROLE]
            block(*ids, NOW)  # type: ignore[arg-type]
        assert re.search("Suppe om torsdagen", scene.browser("neighbour").get("/nearby/offers").text)
