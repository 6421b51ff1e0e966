"""One's own account: details, help, what is shown, a break, a new contact, the letter's code, the log, sign-ins."""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.people import profile
from neighbours.actions.people import sessions as signed_in
from neighbours.actions.people.confirming import confirm_by_letter
from neighbours.clock import now, today
from neighbours.labels import KINDS, LANGUAGES
from neighbours.language import _, _l
from neighbours.queries.people import themselves
from neighbours.queries.people.sessions import own_sessions
from neighbours.rules.help.kinds import kinds_of
from neighbours.rules.help.slots import WHENEVER
from neighbours.rules.languages import language_mask, languages_of
from neighbours.rules.people.codes import LETTER_TRIES, Trial, read_letter_code
from neighbours.rules.people.contact import shown_contact, shown_phone, way_to
from neighbours.rules.people.devices import parts_of_label
from neighbours.web import doors
from neighbours.web.people.code_page import asked, forget, send_again, send_code, take_typed_code
from neighbours.web.people.forms.account import BreakForm, DetailsForm, LetterForm, NewContactForm, ShownForm
from neighbours.web.people.forms.joining import OFTEN, REACHES, HelpForm
from neighbours.web.people.forms.signing_in import CodeForm
from neighbours.web.people.forms.wishes import WAYS
from neighbours.wording import both, slots_words

pages = Blueprint("account", __name__, url_prefix="/me")

PURPOSE = "contact"

OPENED_BECAUSE = {
    "join": _l("To see that you live in the village"),
    "letter": _l("To send you a letter"),
    "agreement": _l("You opened it for your helper"),
    "assisted": _l("To act on your behalf"),
}


@pages.get("")
def details() -> ResponseReturnValue:
    """My details, each with its way to change it."""
    row = themselves.own_details(g.who.resident_id)
    phone = shown_phone(row.phone) if row.phone else None
    return render_template(
        "account/details.html", row=row, words=_words(row), phone=phone, is_on_break=_is_on_break(row)
    )


@pages.route("/name", methods=["GET", "POST"])
def name() -> ResponseReturnValue:
    """My name and my languages."""
    row = themselves.own_details(g.who.resident_id)
    spoken = {"languages": languages_of(row.languages), "language": row.language}
    form = DetailsForm(data={"name": row.name, **spoken})
    if not form.validate_on_submit():
        return _again("account/name.html", form)
    session["language"] = form.language.data
    profile.change_details(
        g.who.resident_id,
        name=form.name.data or "",
        languages=language_mask(form.languages.data or []),
        language=form.language.data,
        now=now(),
    )
    return _kept()


@pages.route("/help", methods=["GET", "POST"])
def help() -> ResponseReturnValue:
    """What I like to help with, when, and how far I go."""
    form = HelpForm()
    row = themselves.own_details(g.who.resident_id)
    if not form.is_submitted():
        form.kinds.data = kinds_of(row.kinds)
        form.reach.data, form.share_phone.data = str(row.reach), row.share_phone
        form.most_a_week.data = str(row.most_a_week)
        form.show_slots(row.slots)
    if row.phone is None:
        del form.share_phone
    if not form.validate_on_submit():
        return _again("account/help.html", form)
    profile.change_help(
        g.who.resident_id,
        kinds=form.kinds.data or [],
        slots=form.slots(),
        reach=int(form.reach.data),
        share_phone=bool(form.data.get("share_phone", row.share_phone)),
        most_a_week=int(form.most_a_week.data),
        now=now(),
    )
    return _kept()


@pages.route("/shown", methods=["GET", "POST"])
def shown() -> ResponseReturnValue:
    """What neighbours may see of where I live."""
    row = themselves.own_details(g.who.resident_id)
    if not row.has_home:
        return render_template("account/shown_village.html")
    form = ShownForm(data={"shown": "village" if row.village_only else "corner"})
    if not form.validate_on_submit():
        return _again("account/shown.html", form)
    profile.change_shown(g.who.resident_id, form.shown.data == "village", now())
    return _kept()


@pages.route("/break", methods=["GET", "POST"])
def pause() -> ResponseReturnValue:
    """Take a break: nobody asks me for help until the day I choose."""
    row = themselves.own_details(g.who.resident_id)
    form = BreakForm()
    form.today = today(g.who.zone)
    if not form.validate_on_submit():
        return _again("account/break.html", form, row=row, is_on_break=_is_on_break(row))
    profile.take_break(g.who.resident_id, form.day, now())
    return _kept()


@pages.post("/break/end")
def end_pause() -> ResponseReturnValue:
    """The break is over."""
    profile.take_break(g.who.resident_id, None, now())
    return _kept()


@pages.route("/contact", methods=["GET", "POST"])
def contact() -> ResponseReturnValue:
    """A new e-mail address or telephone number: a code goes there first."""
    form = NewContactForm()
    if not (form.validate_on_submit() and form.contact.contact):
        return _again("account/contact.html", form)
    send_code(PURPOSE, form.contact.contact)
    return redirect(url_for("account.contact_code"), 303)


@pages.route("/contact/code", methods=["GET", "POST"])
def contact_code() -> ResponseReturnValue:
    """Type the code that went to the new contact."""
    proof = asked(PURPOSE)
    if proof is None:
        return redirect(url_for("account.contact"), 303)
    form = CodeForm()
    if form.is_submitted() and form.validate() and (right := take_typed_code(PURPOSE, proof, form)):
        profile.change_contact(g.who.resident_id, right, now())
        forget(PURPOSE)
        return _kept()
    return _again("account/contact_code.html", form, shown=shown_contact(proof.contact))


@pages.post("/contact/again")
def contact_again() -> ResponseReturnValue:
    """Send another code to the new contact."""
    send_again(PURPOSE)
    return redirect(url_for("account.contact_code"), 303)


@pages.route("/code", methods=["GET", "POST"])
def letter_code() -> ResponseReturnValue:
    """Type the code from the letter, and be confirmed. Once confirmed there is nothing to type."""
    if g.who.confirmed:
        return _welcome()
    form = LetterForm()
    if not form.validate_on_submit():
        return _again("account/letter_code.html", form)
    trial = confirm_by_letter(g.who.resident_id, read_letter_code(form.code.data or ""), now())
    if trial is Trial.OFTEN:
        abort(429, retry_after=LETTER_TRIES.pause)
    if trial is not Trial.RIGHT:
        form.code.errors = [_letter_reason(trial)]
        return _again("account/letter_code.html", form)
    return _welcome()


@pages.get("/address-log")
def address_log() -> ResponseReturnValue:
    """Who opened my address, when and why."""
    rows = themselves.address_log(g.who.resident_id)
    return render_template("account/address_log.html", rows=rows, reasons=OPENED_BECAUSE)


@pages.get("/sessions")
def sessions() -> ResponseReturnValue:
    """Where I am signed in."""
    rows = own_sessions(g.who.resident_id, g.who.official_id, now())
    listed = [(row, _device_words(row.device)) for row in rows]
    return render_template("account/sessions.html", listed=listed, zone=g.who.zone)


@pages.post("/sessions/<ref>/end")
def end_session(ref: str) -> ResponseReturnValue:
    """Sign one of my devices out."""
    signed_in.end_one_of(g.who.resident_id, g.who.official_id, ref, now())
    flash(_("That device is signed out."), "done")
    return redirect(url_for("account.sessions"), 303)


@pages.post("/sessions/end-all")
def end_all_sessions() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    signed_in.end_all_of(g.who.resident_id, g.who.official_id, now())
    doors.sign_out()
    flash(_("You are signed out on all devices."), "done")
    return redirect(url_for("public.start"), 303)


def _again(template: str, form: Any, **more: Any) -> ResponseReturnValue:
    """The page with its form; when something was sent that cannot be taken, as 422 with everything kept."""
    return render_template(template, form=form, **more), 422 if form.is_submitted() else 200


def _kept() -> ResponseReturnValue:
    flash(_("Your details are changed."), "done")
    return redirect(url_for("account.details"), 303)


def _welcome() -> ResponseReturnValue:
    flash(_("You are a confirmed neighbour now. Welcome!"), "done")
    return redirect(url_for("public.start"), 303)


def _words(row: Any) -> dict[str, str]:
    """The masks and codes of a row of details in words."""
    return {
        "languages": both([LANGUAGES[code] for code in languages_of(row.languages)]),
        "kinds": ", ".join(str(KINDS[kind]) for kind in kinds_of(row.kinds)),
        "when": _("Any day, at any time") if row.slots in (0, WHENEVER) else slots_words(row.slots),
        "often": str(OFTEN.get(str(row.most_a_week)) or _("At most %(num)s times a week", num=row.most_a_week)),
        "way": str(WAYS[way_to(row.told_by, row.email, row.phone)]),
        "reach": str(REACHES.get(str(row.reach)) or _("Up to %(km)s km", km=row.reach // 1000)),
    }


def _is_on_break(row: Any) -> bool:
    return row.break_until is not None and row.break_until >= today(g.who.zone)


def _letter_reason(trial: Trial) -> str:
    reasons: dict[Trial, str] = {
        Trial.WRONG: _("That is not the code from your letter. Please look again."),
        Trial.LATE: _("This letter is too old. Please ask your local host for a new one."),
        Trial.USED: _("This code was used already. Please ask your local host for a new one."),
    }
    return reasons[trial]


def _device_words(label: str) -> str:
    browser, system = parts_of_label(label)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or str(_("A device we do not know"))
