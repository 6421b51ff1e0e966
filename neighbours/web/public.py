"""Everybody's pages: the start page, finding one's area, an area from outside, who is behind this, language, health."""

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from neighbours.language import PAGE_LANGUAGES

pages = Blueprint("public", __name__)


@pages.get("/")
def start() -> ResponseReturnValue:
    """The start page: signed out one field, signed in one's own agreements first."""
    return render_template("public/start.html")


@pages.get("/healthz")
def health() -> ResponseReturnValue:
    """For machines: 200 when the database answers and is migrated."""
    return {"status": "ok"}


@pages.get("/behind")
def behind() -> ResponseReturnValue:
    """Who is behind this?"""
    return render_template("public/behind.html", who=g.who)


@pages.post("/language")
def language() -> ResponseReturnValue:
    """Choose the language of the pages on this device."""
    if request.form.get("language") in PAGE_LANGUAGES:
        session["language"] = request.form["language"]
    return redirect(url_for("public.start"), 303)
