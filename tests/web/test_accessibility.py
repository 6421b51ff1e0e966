"""The accessibility statement: every part of the Commission's model, said from the configuration."""

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import Installation, Municipality
from neighbours.config import BadSetting, read_settings
from neighbours.database import writing

PARTS = [
    "Compliance status",
    "Non-accessible content",
    "Preparation of this statement",
    "Feedback and contact information",
    "Enforcement procedure",
]


def test_every_part_of_the_model_is_there_in_its_order(client: FlaskClient) -> None:
    page = client.get("/accessibility").text
    assert re.findall(r"<h2>(.+?)</h2>", page) == PARTS and '<h1 id="page-title">Accessibility statement</h1>' in page


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing-here"])
def test_every_page_leads_to_it(client: FlaskClient, path: str) -> None:
    assert 'href="/accessibility"' in client.get(path).text


@pytest.mark.parametrize(("country", "body"), [("DK", "Digitaliseringsstyrelsen"), ("NL", "Nationale ombudsman")])
def test_the_body_is_that_of_the_country(app: Flask, client: FlaskClient, country: str, body: str) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Municipality).values(country=country))
    page = client.get("/accessibility").text
    assert [name for name in ("Digitaliseringsstyrelsen", "Nationale ombudsman") if name in page] == [body]


def test_a_country_that_we_do_not_know_says_so(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Municipality).values(country="SE"))
    assert "the authority of your country" in client.get("/accessibility").text


def test_who_and_how_to_reach_them_come_from_the_installation(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        values = {"operator": "Nabohjælp i Ry", "contact_email": "hej@ry.example", "contact_phone": "+4512345678"}
        session.execute(update(Installation).values(**values))
    main = client.get("/accessibility").text.partition("<main")[2].partition("</main>")[0]
    assert all(each in main for each in ("Nabohjælp i Ry", "mailto:hej@ry.example", "tel:+4512345678"))


def test_the_settings_say_what_the_page_says(app: Flask, client: FlaskClient) -> None:
    before = client.get("/accessibility").text
    app.config.update(
        BASE_URL="https://ry.example",
        ACCESSIBILITY_STATUS="not",
        ACCESSIBILITY_GAPS="The film has no words. | The map is grey.",
        ACCESSIBILITY_DATE=date(2027, 3, 1),
        ACCESSIBILITY_METHOD="Tested by Prøvestuen.",
        ACCESSIBILITY_URL="https://was.example/ry",
        ACCESSIBILITY_BODY="Myndigheden",
        ACCESSIBILITY_BODY_URL="https://myndigheden.example/",
    )
    page = client.get("/accessibility").text
    said = ("https://ry.example", "are not compliant", "<li>The film has no words.</li>", "<li>The map is grey.</li>")
    said += ('href="https://was.example/ry">The official statement',)
    said += ("1 March 2027", "Tested by Prøvestuen.", 'href="https://myndigheden.example/">Myndigheden')
    assert [each for each in said if each not in page or each in before] == []


def test_by_default_it_is_honest(client: FlaskClient) -> None:
    page = client.get("/accessibility").text
    assert "partially compliant" in page and "self-assessment" in page and "screen reader" in page


@pytest.mark.parametrize(("name", "text"), [("ACCESSIBILITY_STATUS", "perfect"), ("ACCESSIBILITY_DATE", "soon")])
def test_a_setting_that_cannot_be_read_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(BadSetting, match=name):
        read_settings({"INSTANCE": tmp_path})


def test_the_source_is_named_where_there_is_a_setting(app: Flask, client: FlaskClient) -> None:
    assert "EUPL-1.2" in client.get("/behind").text and "source here" not in client.get("/behind").text
    app.config["SOURCE_URL"] = "https://source.example/"
    assert 'href="https://source.example/">Get its source here' in client.get("/behind").text
