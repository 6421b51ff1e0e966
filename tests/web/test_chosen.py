"""How neighbours are chosen: the page and the record say what the rules do, in three languages, to everybody."""

import pytest
from flask.testing import FlaskClient

from neighbours.rules.help.choosing import MOST_A_WEEK, WAVES, WEEK

# Of the publication standard 1.0: what must be there, how long it may be, and what may stand there.
REQUIRED = {"name": 100, "description_short": 350, "organization": 100, "contact_email": 500}
TEXTS = ("goal", "proportionality", "human_intervention", "risks", "source_data", "methods_and_models")
PERMITTED = {
    "status": {"In ontwikkeling", "In gebruik", "Buiten gebruik"},
    "publication_category": {"Hoog-risico AI-systeem", "Impactvolle algoritmes", "Overige algoritmes"},
}


def test_the_page_is_made_of_the_rules(client: FlaskClient) -> None:
    page = client.get("/chosen").text
    assert f"First {WAVES[0].most} neighbours are asked." in page and "After 3 hours up to 10 more" in page
    assert page.count("also from the villages next to it") == sum(wave.next_areas for wave in WAVES)
    assert "only 15 minutes pass in between" in page and "between 21:00 and 8:00" in page
    assert f"{MOST_A_WEEK} times a week at most" in page


@pytest.mark.parametrize("constant", ["PAUSE", "URGENT_PAUSE"])
def test_another_rule_is_another_page(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, constant: str) -> None:
    before = client.get("/chosen").text
    monkeypatch.setattr(f"neighbours.web.chosen.{constant}", 2 * WEEK)
    assert client.get("/chosen").text != before


@pytest.mark.parametrize("language", ["en", "da", "nl"])
def test_the_record_keeps_to_the_standard(client: FlaskClient, language: str) -> None:
    record = client.get("/algorithm.json", headers={"Accept-Language": language}).json
    assert record is not None and (record["standard_version"], record["lang"]) == ("1.0", language)
    assert all(0 < len(record[field]) <= most for field, most in REQUIRED.items())
    assert all(0 < len(record[field]) <= 2500 for field in TEXTS)
    assert all(record[field] in values for field, values in PERMITTED.items())
    assert record["website"].endswith("/chosen")
