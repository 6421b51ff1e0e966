"""How somebody wishes to be told: kept, and done at once to what has not gone out yet.

Reached from one's own details, or from any mail by its link (wish_links.py), where the link alone says whose wishes.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import case, delete, insert, select, update
from sqlalchemy.orm import Session

from models import Dispatch, NoticeWish, Resident
from neighbours.actions.moving import Actor, record
from neighbours.actions.people.attempts import is_within
from neighbours.actions.telling import CHANNEL
from neighbours.database import writing
from neighbours.rules.errors import NotHere
from neighbours.rules.notices import AT_ONCE, DAILY, LETTER, NEVER, NOTICE_OF, USUAL
from neighbours.rules.people.codes import WISHES_BY_LINK

HERE = ("waiting", "confirmed")


def change_wishes(resident_id: int, wishes: Mapping[str, str], told_by: str | None, now: datetime) -> None:
    """How one wishes to be told of each notice (words of rules/notices.py); `told_by`: message, host, None: as it was.

    Raises NotHere for somebody who has left.
    """
    with writing() as session:
        _change(session, resident_id, wishes, now)
        if told_by is not None:
            _choose_way(session, resident_id, told_by)


def change_by_link(resident_ref: str, wishes: Mapping[str, str], now: datetime) -> bool:
    """The same for whoever holds the link of a mail. False: too often for now. Raises NotHere."""
    with writing() as session:
        resident_id = _whose(session, resident_ref)
        if not is_within(session, WISHES_BY_LINK, resident_ref, now):
            return False
        _change(session, resident_id, wishes, now)
        return True


def stop_by_link(resident_ref: str, notice: str, now: datetime) -> bool:
    """Never again about this notice; of LETTER: about each that would go with the daily letter. As `change_by_link`."""
    with writing() as session:
        resident_id = _whose(session, resident_ref)
        if not is_within(session, WISHES_BY_LINK, resident_ref, now):
            return False
        stopped = _gathered(session, resident_id) if notice == LETTER else [notice]
        _change(session, resident_id, dict.fromkeys(stopped, NEVER), now)
        return True


def _whose(session: Session, resident_ref: str) -> int:
    found = select(Resident.id).where(Resident.ref == resident_ref, Resident.status.in_(HERE))
    resident_id = session.scalar(found)
    if resident_id is None:
        raise NotHere("resident")
    return resident_id


def _gathered(session: Session, resident_id: int) -> list[str]:
    """The notices that go with this person's daily letter."""
    kept = select(NoticeWish.notice, NoticeWish.how).where(NoticeWish.resident_id == resident_id)
    wishes = dict(USUAL) | {row.notice: row.how for row in session.execute(kept)}
    return [notice for notice, how in wishes.items() if how == DAILY]


def _change(session: Session, resident_id: int, wishes: Mapping[str, str], now: datetime) -> None:
    # As everywhere: rows that point at the person can still be written meanwhile (decision 8).
    own = select(Resident.status).where(Resident.id == resident_id, Resident.status.in_(HERE))
    own = own.with_for_update(key_share=True)
    status = session.scalar(own)
    if status is None:
        raise NotHere("resident")
    about = (NoticeWish.resident_id == resident_id, NoticeWish.notice.in_(wishes))
    session.execute(delete(NoticeWish).where(*about))
    other = [(notice, how) for notice, how in wishes.items() if how != USUAL[notice]]
    if other:
        rows = [{"resident_id": resident_id, "notice": notice, "how": how} for notice, how in other]
        session.execute(insert(NoticeWish), rows)
    _follow(session, resident_id, wishes, now)
    record(session, "resident", [resident_id], "wishes", status, by=Actor(resident_id), now=now)


def _follow(session: Session, resident_id: int, wishes: Mapping[str, str], now: datetime) -> None:
    """What has not gone out yet: never is taken back, at once does not wait for the letter any more."""
    mine = (Dispatch.resident_id == resident_id, Dispatch.leased_until.is_(None))
    never, at_once = (_kinds(wishes, how) for how in (NEVER, AT_ONCE))
    session.execute(delete(Dispatch).where(*mine, Dispatch.status.in_(("due", "gathers")), Dispatch.kind.in_(never)))
    waits = (Dispatch.status == "gathers", Dispatch.digest_id.is_(None), Dispatch.kind.in_(at_once))
    session.execute(update(Dispatch).where(*mine, *waits).values(status="due", due_at=now))


def _kinds(wishes: Mapping[str, str], how: str) -> list[str]:
    return [kind for kind, notice in NOTICE_OF.items() if wishes.get(notice) == how]


def _choose_way(session: Session, resident_id: int, told_by: str) -> None:
    """By messages or by the host from now on, what waits too; what only the host tells waits for no letter."""
    session.execute(update(Resident).where(Resident.id == resident_id).values(told_by=told_by))
    channel = select(CHANNEL).where(Resident.id == resident_id).scalar_subquery()
    waits = (Dispatch.status.in_(("due", "gathers")), Dispatch.digest_id.is_(None), Dispatch.leased_until.is_(None))
    mine = update(Dispatch).where(Dispatch.resident_id == resident_id, *waits, Dispatch.kind.not_in(("code", LETTER)))
    status = case((channel == "host", "due"), else_=Dispatch.status)
    session.execute(mine.values(channel=channel, status=status), execution_options={"synchronize_session": False})
