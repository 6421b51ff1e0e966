"""The kinds of help, as codes. Their words are in neighbours/labels.py.

The list follows the Danish tax authority's own list of tax-free small tasks between private people.
"""

KINDS = ("garden", "snow", "errands", "lift", "digital", "home", "pets", "cooking", "company", "papers", "other")

SUBKINDS = {"digital": ("digital_post", "mitid", "borger_dk", "email", "video_call", "printer", "television")}


def is_kind(kind: str) -> bool:
    return kind in KINDS


def is_subkind(kind: str, subkind: str) -> bool:
    return subkind in SUBKINDS.get(kind, ())
