"""What somebody is about to tell: codes, passwords and accounts are stopped, doors and telephones are not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neighbours.rules.talk.secrets import has_secret

SECRETS = {
    "Danish": """Min MitID kode er 482913; Koden er 482913; Mit kontonummer er 1234 5678901; Min pinkode er 1234
        Pinkoden til mit kort er 1 2 3 4; Min adgangskode er Sommer2024; sms-koden er 123456; Koden på sms er 123456
        Koden fra MitID: 482913; kode 482 913; DK50 0040 0440 1162 43; Reg. 1234 konto 5678901
        Mit-ID koden er 482913; Kortnummer 4111 1111 1111 1111; MitID 482913; Det er 4111-1111-1111-1111""",
    "Dutch": """Mijn DigiD-code is 482913; De code is 482913; Mijn pincode is 1234; Mijn wachtwoord is Zomer2024
        De pincode van mijn pas is 1234; Mijn rekeningnummer is 123456789; NL91 ABNA 0417 1643 00; nl91abna0417164300
        De sms-code is 482913; De code van DigiD is 482913; Inlogcode 482913; De bankcode is 4829
        Mijn kaartnummer is 4111 1111 1111 1111; De code van sms is 123456; Mijn IBAN is NL91ABNA0417164300""",
    "English": """The code is 482 913; My MitID code is 482913; My PIN is 1234; My PIN code is 1234
        The pin number is 1234; My password is Summer2024; My login code is 482913; The security code is 4829
        The code from the bank is 482913; My card number is 4111 1111 1111 1111; My account number is 12345678
        GB82 WEST 1234 5698 7654 32; The text code is 123456; One-time code 482913; Code: 482913""",
}
AFTER_A_WARNING = """Koden er 4829; 482913; Den er 4829; it is 48 29 13; Het is 4829; her: 482913; The code is 4829
    De code is 4829; It is 4829; 48 29 13; Koden 4829"""
HARMLESS = {
    "Danish": """dørkoden er 1234; nr. 12; Koden til døren er 1234; Ring 20 10 00 41; Mit nummer er 20 10 00 41
        Ring til mig på 20100041; Jeg kommer kl. 14; Postnummer 8660; Vi ses 28.11.2026; Koden til hoveddøren er 482913
        nøgleboksen har kode 1234; Jeg mangler 12345 kr; Jeg skal i banken den 12. december 2026
        Min telefon er 20100041, jeg kan ikke logge på MitID; wifi-adgangskoden er Hund1234
        Jeg kan ikke logge på MitID, ring 20100041; Skal jeg ringe til banken på 70 10 00 00
        Jeg har glemt min MitID-kode""",
    "Dutch": """De code van de poort is 1234; De deurcode is 1234; nr. 12; Bel 0612345678; Mijn nummer is 0612345678
        Ik kom om 14 uur; Postcode 1017 AB; Tot 28-11-2026; Het wachtwoord van de wifi is Hond1234
        Ik woon op nummer 12; Het kost 12345 euro; De code van het fietsslot is 1234; Ik ben mijn pincode vergeten
        Ik kan niet inloggen bij DigiD, bel 0612345678; De sleutelkast heeft code 1234""",
    "English": """The gate code is 1234; The door code is 1234; no. 12; Call 20 10 00 41; My number is 20100041
        I come at 14.30; Postcode 8660; See you 28/11/2026; The wifi password is Dog12345; I live at number 12
        It costs 12345; The code of the bike lock is 1234; I forgot my PIN; I cannot use MitID, call 20100041
        The shed code is 1234; My password does not work""",
}


def parts(texts: str) -> list[str]:
    return [part.strip() for line in texts.splitlines() for part in line.split(";")]


@pytest.mark.parametrize("text", [text for texts in SECRETS.values() for text in parts(texts)])
def test_a_secret_is_found(text: str) -> None:
    assert has_secret(text)
    assert has_secret(f"Hej Bo!\n{text}. Hilsen Anna")


@pytest.mark.parametrize("text", parts(AFTER_A_WARNING))
def test_right_after_a_warning_less_is_enough(text: str) -> None:
    assert has_secret(text, is_warned=True)


@pytest.mark.parametrize("text", ["Koden er 4829", "482913", "Den er 4829", "it is 48 29 13"])
def test_without_a_warning_a_number_is_only_a_number(text: str) -> None:
    assert not has_secret(text)


@pytest.mark.parametrize("is_warned", [False, True])
@pytest.mark.parametrize("text", [text for texts in HARMLESS.values() for text in parts(texts)])
def test_doors_telephones_days_and_sums_pass(text: str, is_warned: bool) -> None:
    assert not has_secret(text, is_warned=is_warned)
    assert not has_secret(f"Hej Bo!\n{text}. Hilsen Anna", is_warned=is_warned)


@given(st.text(max_size=1000), st.booleans())
def test_any_text_can_be_asked(text: str, is_warned: bool) -> None:
    assert has_secret(text, is_warned=is_warned) in (True, False)


@pytest.mark.parametrize(
    "one", ["kode ", "mitid kode ", "1 ", "12 34 ", "a.b ", "kode 1 ", "NL91 ", "konto 1", "DK12", "1-", "password x "]
)
def test_the_worst_thousand_letters_take_no_longer_than_they_should(one: str) -> None:
    began = time.process_time()
    has_secret((one * 1000)[:1000], is_warned=True)
    assert time.process_time() - began < 0.25
