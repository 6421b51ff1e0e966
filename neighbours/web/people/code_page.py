"""What joining, signing in and changing a contact share: sending a code, and the page on which it is typed.

The signed cookie remembers, for each purpose, the contact, the refs of the codes asked for in this browser, and the
code once it was typed rightly. It proves nothing alone: every act uses the code up in the database.
"""

from flask import abort, flash, request, session

from neighbours.actions.people.one_time_codes import Proof, ask_code, try_code
from neighbours.clock import now
from neighbours.language import _, current_language
from neighbours.rules.people.codes import CODES_ASKED, TRIES_BY_CONTACT, Trial, read_code
from neighbours.rules.people.contact import Contact
from neighbours.web.people.forms.signing_in import CodeForm

KEPT = 5


def send_code(purpose: str, contact: Contact, *, known_only: bool = False) -> None:
    """Send a code and remember that this browser asked for it. Too many in an hour: the page of 429."""
    visitor = request.remote_addr or ""
    ref = ask_code(contact, known_only=known_only, visitor=visitor, language=current_language(), now=now())
    if ref is None:
        abort(429, retry_after=CODES_ASKED.pause)
    before = asked(purpose)
    refs = before.refs if before is not None and before.contact == contact else ()
    session[f"code:{purpose}"] = [contact.channel, contact.address, [*refs, ref][-KEPT:], ""]


def send_again(purpose: str, *, known_only: bool = False) -> None:
    """Another code to the contact that this browser asked for, and say so; without one nothing is sent."""
    proof = asked(purpose)
    if proof is not None:
        send_code(purpose, proof.contact, known_only=known_only)
        flash(_("We sent a new code."), "done")


def asked(purpose: str) -> Proof | None:
    """What this browser asked for, and the code if it was typed rightly; None when nothing was asked."""
    kept = session.get(f"code:{purpose}")
    return None if kept is None else Proof(Contact(kept[0], kept[1]), tuple(kept[2]), kept[3])


def proved(purpose: str) -> Proof | None:
    """As `asked`, but only once the code was typed rightly."""
    proof = asked(purpose)
    return proof if proof is not None and proof.code else None


def take_typed_code(purpose: str, proof: Proof, form: CodeForm) -> Proof | None:
    """The proof with the typed code when it is right; else the form carries the reason, and None."""
    typed = Proof(proof.contact, proof.refs, read_code(form.code.data or ""))
    trial = try_code(typed, request.remote_addr or "", now())
    if trial is Trial.OFTEN:
        abort(429, retry_after=TRIES_BY_CONTACT.pause)
    if trial is not Trial.RIGHT:
        form.code.errors = [_reason(trial)]
        return None
    session[f"code:{purpose}"] = [typed.contact.channel, typed.contact.address, list(typed.refs), typed.code]
    return typed


def forget(purpose: str) -> None:
    """Forget what was asked for."""
    session.pop(f"code:{purpose}", None)


def _reason(trial: Trial) -> str:
    reasons: dict[Trial, str] = {
        Trial.WRONG: _("That is not the code. Look at the newest message and type its six digits."),
        Trial.LATE: _("This code is more than 10 minutes old. Please ask for a new one."),
        Trial.USED: _("This code was used already. Please ask for a new one."),
        Trial.SPENT: _("The code was typed wrong five times. Please ask for a new one."),
    }
    return reasons[trial]
