"""Every setting: name, type, default, one sentence. Nothing else reads the environment.

A setting comes from the mapping given to create_app (tests), else from the environment, else from its default.
"""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from neighbours.clock import DemoClock

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(ValueError):
    """A setting that cannot be read; the message names it and says what is expected."""


def as_flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("expected yes or no")


def _one_of(text: str, *words: str) -> str:
    if text not in words:
        raise ValueError(f"expected one of {words}")
    return text


def as_tiles(text: str) -> str:
    """One host, so that pages can say that they load pictures from there and nowhere else."""
    host, _, path = text.partition("://")[2].partition("/")
    if text and not (text.startswith(("https://", "http://")) and all(name in path for name in ("{z}", "{x}", "{y}"))):
        raise ValueError("expected an address with {z}, {x} and {y}")
    if "{" in host or "{" in path.replace("{z}", "").replace("{x}", "").replace("{y}", ""):
        raise ValueError("expected an address of one host, without {s} or {r}")
    return text


def as_status(text: str) -> str:
    return _one_of(text, "fully", "partially", "not")


def as_tls(text: str) -> str:
    return _one_of(text, "", "starttls", "implicit", "none")


def as_sms_way(text: str) -> str:
    return _one_of(text, "file", "console", "http")


def as_sms_sender(text: str) -> str:
    if not (re.fullmatch(r"[A-Za-z0-9 ]{1,11}", text) or re.fullmatch(r"\+?[0-9]{3,15}", text)):
        raise ValueError("expected up to 11 letters or 15 digits")
    return text


def as_date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Setting:
    name: str
    read: Callable[[str], Any]
    default: Any
    says: str


SETTINGS = (
    Setting("INSTANCE", Path, ROOT / "instance", "Folder of the database, the keys and the files that go out."),
    Setting(
        "DEMO", as_flag, False, "Use the demo database instance/demo.sqlite instead of instance/neighbours.sqlite."
    ),
    Setting("DATABASE_URL", str, "", "SQLAlchemy URL; empty means SQLite in the instance folder."),
    Setting("HOST", str, "127.0.0.1", "Address that the web server listens on."),
    Setting("PORT", int, 8000, "Port that the web server listens on."),
    Setting("BASE_URL", str, "", "Address that links in mails begin with; empty means http://localhost:PORT."),
    Setting("PROXIES", int, 0, "How many proxies of your own stand before the web server; their headers are believed."),
    Setting("WORKERS", int, 2, "Processes of the web server."),
    Setting("THREADS", int, 64, "Threads of each process of the web server."),
    Setting("SMTP_HOST", str, "", "Mail server; empty means that mails are written to the folder instance/out."),
    Setting("SMTP_PORT", int, 587, "Port of the mail server."),
    Setting("SMTP_USERNAME", str, "", "Name for the mail server, if it wants one."),
    Setting("SMTP_PASSWORD", str, "", "Password for the mail server, if it wants one."),
    Setting("SMTP_TLS", as_tls, "", "starttls, implicit (TLS from the first byte, port 465) or none; empty: starttls."),
    Setting("SMTP_STARTTLS", as_flag, True, "Where SMTP_TLS is empty: no means the same as SMTP_TLS=none."),
    Setting("SMTP_PATIENCE", float, 15.0, "Seconds that the worker waits for each answer of the mail server."),
    Setting("SMS_WAY", as_sms_way, "file", "Text messages: file (instance/out), console (the log), http (a gateway)."),
    Setting("SMS_URL", str, "https://gatewayapi.eu/rest/mtsms", "Where the gateway takes text messages by POST."),
    Setting("SMS_TOKEN", str, "", "The token by which the gateway knows you; needed with SMS_WAY=http."),
    Setting("SMS_SENDER", as_sms_sender, "Neighbours", "Who text messages come from: 11 letters or 15 digits."),
    Setting("MAIL_FROM", str, "", "Sender of mails; empty means the contact e-mail of the installation."),
    Setting(
        "TILES_URL",
        as_tiles,
        "",
        "Your own map tiles of one host, https://…/{z}/{x}/{y}.png; empty means plain ground.",
    ),
    Setting("TILES_ATTRIBUTION", str, "", "Who made the tiles, as their licence wants it said; needed with TILES_URL."),
    Setting("OPERATOR_CONTACT", str, "", "Name and telephone to show when the database is gone; empty: no name."),
    Setting(
        "SOURCE_URL", str, "", "Where users get the source (EUPL-1.2 asks for it); empty means that none is shown."
    ),
    Setting("ACCESSIBILITY_STATUS", as_status, "partially", "Accessibility statement: fully, partially or not (kept)."),
    Setting(
        "ACCESSIBILITY_GAPS",
        str,
        "",
        "What is not accessible, one sentence beside another with |; empty: what we know.",
    ),
    Setting("ACCESSIBILITY_DATE", as_date, None, "Day of your own assessment, 2026-11-26; empty: the day of ours."),
    Setting(
        "ACCESSIBILITY_METHOD", str, "", "How it was assessed, in a sentence; empty: a self-assessment, as ours was."
    ),
    Setting(
        "ACCESSIBILITY_URL",
        str,
        "",
        "Your statement where the law has it: was.digst.dk, toegankelijkheidsverklaring.nl.",
    ),
    Setting(
        "ACCESSIBILITY_BODY", str, "", "Who enforces accessibility; empty: the body of the municipality's country."
    ),
    Setting(
        "ACCESSIBILITY_BODY_URL",
        str,
        "",
        "Address of the pages of that body; empty: known for Denmark and the Netherlands.",
    ),
    Setting("WORKER_PAUSE", float, 2.0, "Seconds that the worker rests when nothing is due."),
    Setting("WORKER_LEASE", float, 300.0, "Seconds after which another worker sends what one that died had taken."),
)


def read_settings(given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All settings by name, with the secrets made on the first start. Raises BadSetting with the name."""
    given = given or {}
    settings = {setting.name: _value(setting, given) for setting in SETTINGS}
    if settings["TILES_URL"] and not settings["TILES_ATTRIBUTION"]:
        raise BadSetting("TILES_ATTRIBUTION is empty. Tiles are shown only with the name of who made them.")
    if settings["SMS_WAY"] == "http" and not settings["SMS_TOKEN"]:
        raise BadSetting("SMS_TOKEN is empty. A gateway takes text messages only from whom it knows.")
    settings["INSTANCE"] = instance = Path(settings["INSTANCE"])
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings["DATABASE_URL"] = settings["DATABASE_URL"] or f"sqlite:///{kept_closed(instance / _file_name(settings))}"
    settings["BASE_URL"] = settings["BASE_URL"] or f"http://localhost:{settings['PORT']}"
    settings["SECRET_KEY"] = kept_secret(instance / "secret.key", lambda: secrets.token_hex(32))
    settings["SEALING_KEYS"] = kept_secret(instance / "sealing.key", lambda: Fernet.generate_key().decode()).split()
    if settings["DEMO"]:
        settings["CLOCK"] = DemoClock(instance / "demo.clock")
    return settings | {name: given[name] for name in given.keys() - {setting.name for setting in SETTINGS}}


def kept_closed(path: Path) -> Path:
    """The file, made empty where there is none, readable by the owner alone. SQLite gives its log the same mode."""
    path.touch(mode=0o600)
    return path


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in the file; made once, readable by the owner alone, by whichever process comes first."""
    if not path.exists():
        own = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(make() + "\n")
        try:
            os.link(own, path)
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return path.read_text().strip()


def _value(setting: Setting, given: Mapping[str, Any]) -> Any:
    if setting.name in given:
        return given[setting.name]
    text = os.environ.get(setting.name)
    if text is None:
        return setting.default
    try:
        return setting.read(text)
    except ValueError as error:
        raise BadSetting(f"{setting.name}={text!r} cannot be read. {setting.says}") from error


def _file_name(settings: Mapping[str, Any]) -> str:
    return "demo.sqlite" if settings["DEMO"] else "neighbours.sqlite"
