"""How one wishes to be told of each kind of notice: under one's own details, or by the link of any mail.

Whoever comes by a link is not signed in, and need not be the person: the page shows the wishes and nothing else. A mail
program stops a notice by one POST without any form of ours (RFC 8058); a mere look never changes anything.
"""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.people import wishing
from neighbours.clock import now
from neighbours.language import _
from neighbours.queries.people.wishes import own_wishes, wishes_by_link
from neighbours.rules.notices import DAILY, NEVER, USUAL
from neighbours.rules.people.codes import WISHES_BY_LINK
from neighbours.web.doors import csrf
from neighbours.web.people.forms.wishes import WAYS, OwnWishesForm, WishesForm
from neighbours.wish_links import WishLink, read_wish_token

pages = Blueprint("notices", __name__)

ONE_CLICK = "One-Click"


@pages.route("/me/notices", methods=["GET", "POST"])
def own() -> ResponseReturnValue:
    """My wishes."""
    wishes = own_wishes(g.who.resident_id) or abort(404)
    form = OwnWishesForm(data=wishes.hows | {"told_by": wishes.told_by})
    form.offer_ways(wishes.message_way, None if g.who.hosts_id else g.who.host_name)
    if not form.validate_on_submit():
        return _page(form, way=WAYS[wishes.way], is_own=True)
    told_by = form.told_by.data if "told_by" in form else None
    wishing.change_wishes(g.who.resident_id, form.hows, told_by, now())
    return _kept(url_for("account.details"))


@pages.route("/notices/<ref>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def from_mail(ref: str) -> ResponseReturnValue:
    """The wishes of whoever got the mail. `ref`: the signed end of its link."""
    link = read_wish_token(ref)
    wishes = wishes_by_link(link.resident_ref) if link else None
    if link is None or wishes is None:
        return render_template("account/no_link.html"), 404
    if request.form.get("List-Unsubscribe") == ONE_CLICK:
        return _stop(link)
    if request.method == "POST" and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()
    form = WishesForm(data=wishes.hows)
    if not form.validate_on_submit():
        return _page(form, first=link.notice)
    if not wishing.change_by_link(link.resident_ref, form.hows, now()):
        abort(429, retry_after=WISHES_BY_LINK.pause)
    return _kept(url_for("notices.from_mail", ref=ref))


def _stop(link: WishLink) -> ResponseReturnValue:
    """What a mail program asked for by itself; it shows nobody the answer."""
    if not wishing.stop_by_link(link.resident_ref, link.notice, now()):
        abort(429, retry_after=WISHES_BY_LINK.pause)
    return Response(_("You get no more of these."), content_type="text/plain; charset=utf-8")


def _page(form: WishesForm, first: str = "", **more: Any) -> ResponseReturnValue:
    """`first`: the notice of the mail that somebody came from stands above the others."""
    asked = {DAILY: _("Who asks you in person, you hear of at once."), NEVER: _("Then nobody asks you to help.")}
    hints = {"suggestions": asked}
    notices = sorted(USUAL, key=lambda notice: notice != first)
    page = render_template("account/notices.html", form=form, hints=hints, notices=notices, **more)
    return page, 422 if form.is_submitted() else 200


def _kept(url: str) -> ResponseReturnValue:
    flash(_("Your wishes are kept."), "done")
    return redirect(url, 303)
