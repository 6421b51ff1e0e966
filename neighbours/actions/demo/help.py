"""The demo's requests and offers in every state, with their replies, agreements, thanks and steps.

They are written as they would have come about, with times before now; no message goes out for them.
"""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import Agreement, HelpRequest, Offer, Reply, Thanks
from neighbours.actions.demo.people import Ids, mask_of
from neighbours.actions.help.inviting import first_wave_at
from neighbours.actions.moving import Actor, new_row, record
from neighbours.rules.help.asking import OFFER_LASTS, REQUEST_LASTS
from neighbours.rules.help.slots import WHENEVER, day_mask, end_of_day
from neighbours.rules.languages import language_mask

COPIED = ("kind", "subkind", "title", "text", "language")
HOW = ("minutes", "places", "urgent", "first_yes", "noticeboard")


def add_requests(session: Session, requests: list[dict[str, Any]], ids: Ids, now: datetime) -> None:
    """All requests of requests.json, oldest ones too."""
    for number, data in enumerate(requests):
        asked = now - timedelta(days=data["asked_days_ago"], minutes=11 * number + 15)
        _add_request(session, data, ids, asked, now)


def add_offers(session: Session, offers: list[dict[str, Any]], ids: Ids, now: datetime) -> None:
    """All offers of offers.json."""
    for number, data in enumerate(offers):
        offered = now - timedelta(days=data["offered_days_ago"], minutes=7 * number + 5)
        person, posted = ids.people[data["resident"]], data["status"] != "draft"
        expires = offered + OFFER_LASTS if data["status"] != "expired" else now - timedelta(days=1)
        row = Offer(
            **{name: data[name] for name in COPIED},
            resident_id=person.id,
            area_id=person.area_id,
            cell_id=person.cell_id,
            languages=language_mask(data["languages"]),
            slots=mask_of(data["days"], data["parts"]),
            status=data["status"],
            created_at=offered,
            opened_at=offered if posted else None,
            expires_at=expires if posted else None,
            withdrawn_at=now - timedelta(days=1) if data["status"] == "withdrawn" else None,
        )
        new_row(session, row, "open" if posted else "draft", by=Actor(person.id), now=offered)


def _add_request(session: Session, data: dict[str, Any], ids: Ids, asked: datetime, now: datetime) -> None:
    owner = ids.people[data["asker"]] if data["asker"] else ids.assisted[data["assisted_person"]]
    acted_by = ids.people[data["acted_by"]] if data["acted_by"] else None
    posted = data["status"] != "draft"
    when = _when(data["when"], ids.zone, asked, now)
    row = HelpRequest(
        **{name: data[name] for name in COPIED + HOW},
        **when,
        **_where(data["where"], ids),
        asker_id=owner.id if data["asker"] else None,
        assisted_person_id=None if data["asker"] else owner.id,
        acted_by_id=acted_by.id if acted_by else None,
        channel="on_behalf" if acted_by else "self",
        area_id=owner.area_id,
        cell_id=owner.cell_id,
        languages=language_mask(data["languages"]),
        taken=sum(1 for reply in data["replies"] if _fills(reply)),
        status=data["status"],
        created_at=asked,
        opened_at=asked if posted else None,
        withdrawn_at=now - timedelta(days=1) if data["status"] == "withdrawn" else None,
        wave_at=first_wave_at(now, urgent=False, zone=ids.zone) if data["status"] == "open" else None,
    )
    actor = acted_by or ids.people[data["asker"]]
    ident = new_row(session, row, "open" if posted else "draft", by=Actor(actor.id), now=asked)
    for number, reply in enumerate(data["replies"]):
        _add_reply(session, reply, ident, ids, when, now - timedelta(minutes=9 * number + 10))


def _fills(reply: dict[str, Any]) -> bool:
    return reply["agreement"] is not None and reply["agreement"]["status"] in {"agreed", "done", "missed"}


def _when(when: dict[str, Any], zone: str, asked: datetime, now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {"when_kind": when["kind"], "day": None, "at_time": None}
    if when["kind"] == "day":
        day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=when["day"])
        slots = day_mask(day, when["parts"])
        return found | {"day": day, "at_time": _clock(when["at"]), "slots": slots, "expires_at": end_of_day(day, zone)}
    slots = mask_of(when["days"], when["parts"]) if when["kind"] == "weekdays" else WHENEVER
    return found | {"slots": slots, "expires_at": asked + REQUEST_LASTS}


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _where(where: dict[str, Any], ids: Ids) -> dict[str, Any]:
    place = ids.places[where["place"]] if where.get("place") else None
    return {"place_kind": where["kind"], "place_id": place.id if place else None, "place_text": where.get("text")}


def _add_reply(
    session: Session, data: dict[str, Any], request_id: int, ids: Ids, when: dict[str, Any], now: datetime
) -> None:
    helper = ids.people[data["helper"]]
    offered = now - timedelta(days=data["days_ago"])
    row = Reply(
        help_request_id=request_id,
        helper_id=helper.id,
        line=data["line"],
        language=data["language"],
        status=data["status"],
        created_at=offered,
    )
    reply_id = new_row(session, row, "offer", by=Actor(helper.id), now=offered)
    if data["agreement"]:
        agreement = _agreement(data["agreement"], ids.zone, now)
        agreement.help_request_id, agreement.reply_id, agreement.helper_id = request_id, reply_id, helper.id
        _add_agreement(session, agreement, data["thanks"], ids, now)


def _agreement(data: dict[str, Any], zone: str, now: datetime) -> Agreement:
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=data["day"])
    agreed = now - timedelta(days=data["days_ago"])
    ended = data["ended_days_ago"]
    return Agreement(
        when_kind="day",
        day=day,
        at_time=_clock(data["at"]),
        slots=day_mask(day, data["parts"]),
        asker_shares_phone=data["asker_shares_phone"],
        helper_shares_phone=data["helper_shares_phone"],
        address_opened_at=agreed if data["address_opened"] else None,
        status=data["status"],
        created_at=agreed,
        ended_at=now - timedelta(days=ended) if ended is not None else None,
    )


def _add_agreement(
    session: Session, agreement: Agreement, thanks: list[dict[str, Any]], ids: Ids, now: datetime
) -> None:
    ident = new_row(session, agreement, "agree", by=Actor(), now=agreement.created_at)
    if agreement.ended_at is not None:
        record(session, "agreement", [ident], "finish", agreement.status, by=Actor(), now=agreement.ended_at)
    for said in thanks:
        person = ids.people[said["from"]]
        words = {"text": said["text"], "language": said["language"]}
        session.add(Thanks(agreement_id=ident, from_id=person.id, at=agreement.ended_at or now, **words))
