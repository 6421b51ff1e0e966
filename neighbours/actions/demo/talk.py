"""What the demo's people write to each other, of talk.json. Written as it would have come about; nobody is told."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import HelpRequest, Message, Thread
from neighbours.actions.demo.people import Ids
from neighbours.actions.moving import Actor, record


def add_talk(session: Session, threads: list[dict[str, Any]], ids: Ids, now: datetime) -> None:
    """All conversations, as they came about; each side has read all but what the other wrote last."""
    for data in sorted(threads, key=lambda data: -data["messages"][-1]["hours_ago"]):
        request_id = session.scalars(select(HelpRequest.id).where(HelpRequest.title == data["title"])).one()
        _add_thread(session, data, request_id, ids, now)


def _add_thread(session: Session, data: dict[str, Any], request_id: int, ids: Ids, now: datetime) -> None:
    helper, said = ids.people[data["helper"]], data["messages"]
    moments = [now - timedelta(hours=each["hours_ago"]) for each in said]
    opener = ids.people[said[0]["from"]].id
    thread = Thread(help_request_id=request_id, helper_id=helper.id, opened_by_id=opener, created_at=moments[0])
    session.add(thread)
    session.flush()
    record(session, "thread", [thread.id], "begin", "open", by=Actor(opener), now=moments[0])
    rows = [
        Message(
            thread_id=thread.id, by_id=ids.people[each["from"]].id, text=each["text"], language=data["language"], at=at
        )
        for each, at in zip(said, moments, strict=True)
    ]
    session.add_all(rows)
    session.flush()
    answered = [row.id for row in rows if row.by_id != rows[-1].by_id]
    seen = (answered[-1] if answered else 0, rows[-1].id)
    thread.asker_seen, thread.helper_seen = seen if rows[-1].by_id == helper.id else (seen[1], seen[0])
