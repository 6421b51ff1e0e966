"""What messages say: in the recipient's language, nothing telling in a subject, no header that can be broken."""

import re
from datetime import date
from email.message import EmailMessage
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import insert, literal, select, update

from models import HelpRequest, Installation, NoticeWish, Proposal, Resident, db
from neighbours.actions import outbox, telling
from neighbours.actions.help import agreeing, asking, inviting, proposing, replying
from neighbours.actions.moving import Actor
from neighbours.actions.people.one_time_codes import NO_CODE
from neighbours.database import writing
from neighbours.mail import BadAddress, compose
from neighbours.messages import Message, NobodyThere, write_message
from neighbours.queries.outbox import house, what_they_tell
from neighbours.rules.help.asking import Days
from neighbours.rules.help.slots import WHENEVER
from neighbours.rules.notices import NOTICE_OF
from neighbours.rules.people.contact import Contact
from neighbours.rules.reminders import REMINDERS
from neighbours.sms import is_gsm
from neighbours.wish_links import read_wish_token
from tests.talking import talk
from tests.village import NOW, counted
from tests.yes import agree, ask, offer, person, stand

LATER = NOW.replace(hour=23)
Made = dict[str, Message]
PLANTED = ("Søndergaard", "Vestergaard", "Engvej", "8660", "Digital Post", "fredag")


def plant(app: Flask) -> None:
    """Surnames in the names; the address and the title are there already."""
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Anna").values(name="Anna Søndergaard"))
        session.execute(update(Resident).where(Resident.name == "Bo").values(name="Bo Vestergaard"))


def written(app: Flask) -> Made:
    """Every message that is due, by kind."""
    with app.app_context():
        rows = outbox.claim_due("test", LATER, 100)
        about = what_they_tell([row.id for row in rows])
        return {row.kind: write_message(row, about[row.id], house()) for row in rows}


def plain_of(mail: EmailMessage) -> str:
    return str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def html_of(mail: EmailMessage) -> str:
    return str(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]


@pytest.fixture
def everything(app: Flask) -> Made:
    """One message of every kind, in a village where people use their surnames."""
    tell_of_each_kind(app, "da")
    plant(app)
    return written(app)


def tell_of_each_kind(app: Flask, language: str) -> None:
    """One message of every kind is due. `language`: of the one-time code; the others have their reader's."""
    help_id, other_id, asked_id = ask(app), ask(app), ask(app, wave_at=NOW, urgent=True)
    anna, bo = Actor(person(app, "Anna")), Actor(person(app, "Bo"))
    declined = offer(app, help_id, "Carl")
    agreement_id, moved_id = agree(app, other_id), agree(app, ask(app))
    talk(app, other_id, words="Kom forbi Engvej på fredag, siger Vestergaard")
    with app.app_context():
        wish("two_hours", "at_once")
        for day in (6, 7):
            proposing.suggest(moved_id, Days("day", date(2026, 6, day), None, WHENEVER), by=bo, now=NOW)
            if day == 6:
                proposing.say_no(db.session.execute(select(Proposal.id)).scalar_one(), by=anna, now=NOW)
        replying.decline(declined, by=anna, now=NOW)
        agreeing.cancel(agreement_id, by=bo, now=NOW)
        assert inviting.ask_due(NOW)
        with writing() as session:
            for kind, about in (("in_reserve", declined), ("moved_up", agreement_id), ("takes_over", agreement_id)):
                thing, to = "reply" if kind == "in_reserve" else "agreement", select(Resident.id)
                telling.tell(session, kind, to, thing=thing, thing_id=about, now=NOW)
            telling.tell(
                session, "asked_directly", select(Resident.id), thing="help_request", thing_id=asked_id, now=NOW
            )
            for kind in REMINDERS:
                thing, ident = ("help_request", help_id) if kind == "runs_out" else ("agreement", agreement_id)
                to = select(Resident.id).where(Resident.id == anna.resident_id)
                telling.tell(session, kind, to, thing=thing, thing_id=ident, now=NOW)
            for kind in ("confirmed", "reported"):
                telling.tell(session, kind, select(Resident.id), thing="resident", thing_id=1, now=NOW)
            telling.tell_contact(session, "code", Contact("email", "a@example.org"), {"code": "271828"}, language, NOW)


def wish(notice: str, how: str) -> None:
    """Everybody wishes to be told so of this notice."""
    with writing() as session:
        wished = select(Resident.id, literal(notice), literal(how))
        session.execute(insert(NoticeWish).from_select(["resident_id", "notice", "how"], wished))


ARRANGED = ("asked_directly", "suggested", "suggestion_answered", "in_reserve", "moved_up", "takes_over")


def test_there_is_a_message_of_every_kind(everything: Made) -> None:
    told = {
        "somebody_offered",
        "agreed",
        "declined",
        "cancelled",
        "confirmed",
        "code",
        "asked",
        "new_message",
        "reported",
        *ARRANGED,
        *REMINDERS,
    }
    assert set(everything) == told


def test_no_subject_holds_a_name_an_address_or_anybodys_words(everything: Made) -> None:
    planted = (*PLANTED, "Anna", "Bo", "271828", "example.org")
    for message in everything.values():
        assert message.subject and message.body and message.text
        assert not [word for word in planted if re.search(rf"\b{word}\b", message.subject, re.I)]


def test_no_message_at_all_holds_an_address_of_a_home(everything: Made) -> None:
    for message in everything.values():
        assert "Engvej" not in message.body + message.text


def test_bodies_say_who_what_when_and_where_to_go_on(everything: Made) -> None:
    assert "Bo Vestergaard" in everything["somebody_offered"].body
    assert "Hjælp til Digital Post" in everything["agreed"].body
    assert "Anna Søndergaard" in everything["agreed"].body
    assert "Bo Vestergaard" in everything["cancelled"].body
    assert "http://localhost:8000/agreements/" in everything["agreed"].body
    assert "http://localhost:8000/help/" in everything["somebody_offered"].body
    told = everything["new_message"]
    assert "Hjælp til Digital Post" in told.body and "http://localhost:8000/messages/" in told.body
    assert not [word for word in ("forbi", "Engvej", "Bo") if word in told.body + told.text]
    asked = everything["asked"].body
    assert "Hjælp til Digital Post" in asked and "Anna" not in asked and "http://localhost:8000/me/help" in asked
    assert "Ingen har spurgt dig før." in asked or "Nobody has asked you before." in asked
    assert "271828" in everything["code"].body and "271828" in everything["code"].text


@pytest.mark.parametrize("language", ["en", "da", "nl"])
def test_a_text_is_one_short_message_without_a_name_an_address_or_anybodys_words(app: Flask, language: str) -> None:
    app.config["BASE_URL"] = "https://naboer.prøvekøb.example.org".encode("idna").decode()
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(language=language))
    tell_of_each_kind(app, language)
    plant(app)
    for kind, message in written(app).items():
        assert len(message.text) <= 160 and "\n" not in message.text and is_gsm(message.text), kind
        assert not [word for word in (*PLANTED, "Anna", "Bo") if re.search(rf"\b{word}\b", message.text, re.I)], kind


def test_the_html_says_what_the_plain_text_says(everything: Made) -> None:
    for kind, message in everything.items():
        shown = re.sub(r"<(title|style)>.*?</\1>", "", message.html, flags=re.S)
        shown = unescape(re.sub(r"<br>|</?p[^>]*>", "\n", shown))
        for line in message.body.splitlines():
            words = line.partition("http")[0].strip().removesuffix(":")
            assert words.removeprefix("--") in shown, (kind, line)
        for link in re.findall(r"http\S+", message.body):
            assert link in unescape(message.html), kind


def test_the_html_has_one_button_and_nothing_that_is_fetched_or_tracks(everything: Made) -> None:
    for kind, message in everything.items():
        assert not re.search(r"<(table|img|script|link|iframe|form)\b|src=|url\(", message.html), kind
        assert message.html.count('class="button"') == (kind != "code"), kind
        assert '<html lang="' in message.html and ' dir="ltr">' in message.html
        assert "color-scheme" in message.html and not re.search(r"font-size: *\d+px", message.html)
        assert set(re.findall(r'href="([^"]*)"', message.html)) <= set(re.findall(r"http\S+", message.body)), kind


def test_somebodys_own_words_carry_their_language_in_the_html(app: Flask) -> None:
    agree(app, ask(app))
    with app.app_context(), writing() as session:
        session.execute(update(HelpRequest).values(title="<b>Hjælp</b> & mere", language="da"))
    message = written(app)["agreed"]
    assert '<html lang="en"' in message.html
    assert '<strong lang="da" dir="ltr">&lt;b&gt;Hjælp&lt;/b&gt; &amp; mere</strong>' in message.html
    assert "<b>Hjælp</b> & mere" in message.body


def test_each_mail_of_a_notice_can_be_stopped_by_one_press_and_by_its_foot(everything: Made) -> None:
    for kind, message in everything.items():
        mail = compose(message, "drift@example.org", "Drift", NOW)
        if kind not in NOTICE_OF:
            assert mail["List-Unsubscribe"] is None and "/notices/" not in message.body, kind
            continue
        assert mail["List-Unsubscribe"] == f"<{message.unsubscribe}>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        token = message.unsubscribe.rpartition("/")[2]
        assert message.unsubscribe in message.body.splitlines() and message.unsubscribe in message.html
        assert token and f"List-Unsubscribe: <{message.unsubscribe}>\r\n".encode() in mail.as_bytes(), kind


def test_the_link_of_a_mail_says_whose_wish_and_which_notice_it_is(app: Flask) -> None:
    agree(app, ask(app))
    link = written(app)["agreed"].unsubscribe
    with app.app_context():
        read = read_wish_token(link.rpartition("/")[2])
    bo = stand(app, Resident, name="Bo").ref
    anna = stand(app, Resident, name="Anna").ref
    assert read is not None and read.resident_ref in {anna, bo} and read.notice == "agreements"


def test_a_code_says_who_sends_it_and_its_text_stays_short(app: Flask) -> None:
    name = "The Association of the Village of Anneby and of Carlsby beyond the Lake"
    with app.app_context(), writing() as session:
        session.execute(update(Installation).values(operator=name))
        telling.tell_contact(session, "code", Contact("email", "a@example.org"), {"code": "271828"}, "en", NOW)
    code = written(app)["code"]
    assert f"{name} sends you this one-time code for Neighbours:\n\n271828" in code.body
    assert code.text.startswith("Neighbours, The Association of the Village of") and len(code.text) <= 160


def test_somebody_unknown_gets_another_body_under_the_same_subject(app: Flask) -> None:
    with app.app_context(), writing() as session:
        telling.tell_contact(session, "code", Contact("email", "a@example.org"), {"code": "271828"}, "en", NOW)
    known = written(app)["code"]
    with app.app_context(), writing() as session:
        telling.tell_contact(session, "code", Contact("email", "a@example.org"), {"code": NO_CODE}, "en", NOW)
    unknown = written(app)["code"]
    assert known.subject == unknown.subject
    assert "We do not know the address" in unknown.body and "sends you this one-time code for Neighbours:" in known.body


@pytest.mark.parametrize(
    ("language", "day"), [("en", "Friday 5 June"), ("da", "fredag den 5. juni"), ("nl", "vrijdag 5 juni")]
)
def test_the_language_is_the_recipients(app: Flask, language: str, day: str) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(language=language))
    agree(app, ask(app))
    assert day in written(app)["agreed"].body


IN_DUTCH = {
    "new_message": ("U hebt een nieuw bericht", "U hebt een bericht over:"),
    "somebody_offered": ("Een buur kan helpen", "Bo kan u helpen met:"),
    "agreed": ("U hebt een afspraak", "Anna zegt: ja, graag. Dit hebt u samen afgesproken:"),
    "declined": ("Deze keer was het niet nodig", "Bedankt voor uw aanbod!"),
    "cancelled": ("Uw afspraak is afgezegd", "Bo moest uw afspraak afzeggen:"),
    "suggested": ("Er is een andere dag of tijd voorgesteld", "Bo stelt een andere dag of tijd voor:"),
    "suggestion_answered": ("Er is antwoord op uw voorstel", "Dat lukt Anna helaas niet."),
    "asked_directly": ("Een buur vraagt u om hulp", "Lees meer"),
    "in_reserve": ("U staat reserve", "Iemand anders helpt, en u staat reserve."),
    "moved_up": ("U neemt het over: u hebt een afspraak", "Nu helpt u Anna met:"),
    "takes_over": ("Een reserve neemt het over", "Bo stond reserve en neemt het over."),
    "confirmed": ("U bent een bevestigde buur", "Uw buurtbeheerder heeft u binnengelaten."),
    "reported": ("Iemand meldt een probleem", "Kijk er alstublieft snel naar."),
    "asked": ("Kunt u een buur helpen?", "Een buur kan een handje hulp gebruiken:"),
    "tomorrow": ("U hebt morgen een afspraak", "Morgen helpt Bo u:"),
    "in_two_hours": ("U hebt zo een afspraak", "Straks helpt Bo u:"),
    "is_it_done": ("Is het klaar?", "U had een afspraak met Bo:"),
    "runs_out": (
        "Heeft u nog hulp nodig?",
        "U hebt nog geen afspraak.\nUw buren kunnen dit nog tot en met morgen zien.",
    ),
    "nudge": ("Een buur wacht op uw antwoord", "Bo stelde een andere dag voor en wacht op uw antwoord:"),
    "code": ("Uw code voor Buren", "stuurt u deze eenmalige code voor Buren:\n\n271828"),
}


def test_every_message_is_written_in_dutch_for_the_dutch(app: Flask) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(language="nl"))
    tell_of_each_kind(app, "nl")
    messages = written(app)
    assert set(messages) == set(IN_DUTCH)
    for kind, (subject, words) in IN_DUTCH.items():
        assert messages[kind].subject == subject and words in messages[kind].body
        assert messages[kind].body.startswith("Dag") and "Niemand leest antwoorden op deze mail." in messages[kind].body
        assert len(messages[kind].text) <= 160 and "\n" not in messages[kind].text


def test_somebody_unknown_is_told_so_in_dutch_on_a_telephone_too(app: Flask) -> None:
    with app.app_context(), writing() as session:
        telling.tell_contact(session, "code", Contact("text", "+31612345678"), {"code": NO_CODE}, "nl", NOW)
    text = written(app)["code"].text
    assert text.startswith("Iemand vroeg een eenmalige code aan voor dit nummer.") and len(text) <= 160


def test_who_has_left_gets_nothing(app: Flask) -> None:
    agree(app, ask(app))
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(status="left"))
    with pytest.raises(NobodyThere):
        written(app)


def test_all_messages_of_a_round_are_read_in_one_statement(app: Flask) -> None:
    agree(app, ask(app))
    with app.app_context():
        rows = outbox.claim_due("test", LATER, 100)
        with counted(app) as statements:
            assert len(what_they_tell([row.id for row in rows])) == len(rows) == 2
    assert len(statements) == 1


def test_who_offered_for_what_was_withdrawn_is_not_told_that_somebody_else_helps(app: Flask) -> None:
    offer(app, help_id := ask(app))
    with app.app_context():
        asking.withdraw_request(person(app, "Anna"), stand(app, HelpRequest, id=help_id).ref, NOW)
    message = written(app)["declined"]
    for said in (message.subject, message.body, message.text):
        assert "This help is no longer needed" in said and "Somebody else" not in said


def test_titles_and_names_cannot_break_a_mail(app: Flask) -> None:
    agree(app, ask(app))
    with app.app_context(), writing() as session:
        session.execute(update(HelpRequest).values(title="x\r\nBcc: evil@example.org\r\n\r\n{{ 7*7 }}"))
        session.execute(update(Resident).where(Resident.name == "Anna").values(name="A\r\nSubject: no"))
    mail = compose(written(app)["agreed"], "drift@example.org", "Drift\r\nBcc: evil@example.org", NOW)
    assert mail["Bcc"] is None
    assert [line for line in mail.as_bytes().split(b"\r\n\r\n")[0].split(b"\r\n") if line.startswith(b"Bcc")] == []
    assert mail["Subject"] != "no" and "{{ 7*7 }}" in plain_of(mail) and "{{ 7*7 }}" in html_of(mail)


def test_an_address_that_would_break_a_header_is_refused() -> None:
    for to in ("a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", ""):
        with pytest.raises(BadAddress):
            compose(Message("ref", "email", to, "s", "b", "t"), "drift@example.org", "Drift", NOW)


def test_the_headers_are_those_of_a_machine_and_name_the_message_for_ever() -> None:
    message = Message("abc123", "email", "a@example.org", "Emne æøå", "Hej 你好", "t")
    first, second = (compose(message, "drift@example.org", "Prøve Drift", at) for at in (NOW, LATER))
    assert first["Message-ID"] == second["Message-ID"] == "<abc123@example.org>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Date"].datetime == NOW
    assert first["Subject"] == "Emne æøå" and first.get_content_type() == "text/plain"
    assert first.get_content().strip() == "Hej 你好"
