"""The words for codes: kinds of help, days, parts of the day, bands, languages. In the page's own language.

Rules speak in codes; templates and mails ask here. Lazy, so that each reader reads their own language.
"""

from neighbours.language import _l

KINDS = {
    "garden": _l("Garden and grounds"),
    "snow": _l("Snow"),
    "errands": _l("Shopping and errands"),
    "lift": _l("A lift"),
    "digital": _l("Computer, tablet and phone"),
    "home": _l("Small jobs at home"),
    "pets": _l("Pets, post and plants"),
    "cooking": _l("Cooking and laundry"),
    "company": _l("Company"),
    "papers": _l("Papers and forms"),
    "other": _l("Something else"),
}

SUBKINDS = {
    "digital_post": _l("Digital Post"),
    "mitid": _l("MitID"),
    "borger_dk": _l("borger.dk"),
    "email": _l("E-mail"),
    "video_call": _l("Video call"),
    "printer": _l("Printer"),
    "television": _l("Television"),
}

WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)

PARTS = {"morning": _l("Morning"), "afternoon": _l("Afternoon"), "evening": _l("Evening")}

LANGUAGES = {
    "da": "Dansk",
    "en": "English",
    "nl": "Nederlands",
    "de": "Deutsch",
    "ar": "العربية",
    "uk": "Українська",
    "pl": "Polski",
    "tr": "Türkçe",
    "ro": "Română",
    "fa": "فارسی",
    "so": "Soomaali",
    "es": "Español",
    "fr": "Français",
    "sv": "Svenska",
    "no": "Norsk",
}

REPORT_REASONS = {
    "unkind": _l("It is unkind or threatening"),
    "money": _l("Somebody wants money, a card or a code"),
    "not_who": _l("It is not who they say they are"),
    "too_close": _l('Somebody comes too close, or takes no "no"'),
    "private": _l("It tells private things about somebody"),
    "selling": _l("Somebody sells something"),
    "other": _l("Something else"),
    # Nobody chooses it: words of a message smelled of it.
    "fraud": _l("The words look like fraud"),
}

REQUEST_STATES = {
    "draft": _l("Not posted yet"),
    "held": _l("A host looks at it first"),
    "open": _l("Open"),
    "agreed": _l("Agreed"),
    "done": _l("Done"),
    "withdrawn": _l("Withdrawn"),
    "expired": _l("The time has passed"),
}

# What a helper reads whose reply is not needed, by the state of the request; while or after others help: the last.
NOT_NEEDED = {
    "open": _l("It was not needed this time"),
    "withdrawn": _l("This help is no longer needed"),
    "expired": _l("The day has passed"),
}
SOMEBODY_ELSE = _l("Somebody else helps this time")
