"""Fraud that introduces itself, is broken over lines or spelt oddly; and neighbours' words that come close to it."""

import time
from itertools import product

import pytest

from neighbours.rules.talk.fraud import smells_of
from tests.rules.talk.test_fraud import lines

SMELLING = {
    "Danish": {
        "code": r"""
            Jeg ringer fra kommunen, send mig din MitID kode
            Hej, jeg er fra Borgerservice og skal bruge din engangskode
            Send mig din nye adgangskode
            send mig.\nMitID koden
            Send mit id koden til mig
            Hvad er koden på din MitID?
            Mit-ID koden, send den
            Du får en kode på sms, skriv den til mig
            Send mig ikke andet end din MitID-kode
            Du skal ikke være nervøs, send mig din MitID-kode
            giv aldrig din MitID-kode til andre. Men send mig din MitID-kode
            Hvad er pinkoden til dit kort?
            Send mig lige dit cpr-nummer
            Hvad er dit personnummer?
            Kan du godkende i MitID-appen om lidt?
            Giv mig koden fra MitID
            Fortæl mig sms-koden
            send mig m i t i d koden
            Sеnd mіg din МitID kоde
        """,
        "transfer": """
            Lad mig låne 2000 kr til fredag
            Kan du swishe lidt penge, jeg mangler til huslejen
            Mobilepay mig 500 kr
            Kan du MobilePay 500?
            Kan du låne mig 300 kroner?
            Kan du sende 400 kr til mig?
        """,
        "remote": "T.e.a.m.V.i.e.w.e.r\nDownload Аnydesk\nHent any-desk\nHent ＡｎｙＤｅｓｋ",
        "gift": "Jeg er syg, køb et gavekort til mig\nK ø b et gavekort\nDu skal købe gavekort, vi kan mødes bagefter",
    },
    "Dutch": {
        "code": r"""
            Ik ben van de gemeente, geef mij uw DigiD code
            Stuur me de nieuwe code van DigiD
            Uw internet is gehackt, geef mij uw wachtwoord
            Stuur mij.\nUw DigiD.\nCode
            Wat is de pincode van uw bankpas?
            Geef mij uw bsn-nummer even
            Wat is uw burgerservicenummer?
            Stuur mij de sms-code
            U krijgt een code per sms, stuur hem naar mij
            Keur het even goed in de DigiD-app
            Stuur mij niets anders dan uw DigiD-code
            Wees niet bang en stuur mij uw DigiD-code
            Geef mij uw d.i.g.i.d code
            Gееf mij uw DigiD code
        """,
        "transfer": """
            Tikkie mij 50 euro
            Kunt u mij een tikkie van 30 euro betalen, of 30 euro overmaken?
            Maak 50 euro over
            Mag ik 200 euro lenen tot vrijdag?
            Kunt u 100 euro naar mij sturen?
            Leen mij wat geld
        """,
        "remote": "T.e.a.m.V.i.e.w.e.r is nodig\nDownload Аnydesk even",
        "gift": "Ik ben ziek, koop een cadeaukaart voor mij\nk.o.o.p drie cadeaukaarten",
    },
    "English": {
        "code": r"""
            Please send me your new password
            Your internet is hacked so give me your password
            I call from the municipality, send me your MitID code
            send me\nyour\nMitID code
            send me. your. MitID code
            Send me nothing but your MitID code
            Do not worry, just send me your MitID code
            What is the PIN to your card?
            Send me your CPR number
            Please approve it in the MitID app
            You get a code by text, send it to me
            Tell me the code you get
            s e n d me your password
            Sеnd mе yоur password
            Ｓｅｎｄ me your mit-id code
        """,
        "transfer": """
            MobilePay me 500 kr
            Lend me 2000 kroner until Friday
            Can I borrow 100 pounds?
            Can you transfer 300 to my friend?
            Please send me 50 euros
            Can you swish me something?
        """,
        "remote": "A.n.y.D.e.s.k works best\nDownload Аnydesk please",
        "gift": "I am ill, buy a gift card for me\nb.u.y a gift card",
    },
}
EVERYDAY = {
    "Danish": """
        Vi kan købe gavekort til Bente fra os alle
        Skal vi købe et gavekort til Bente?
        Lad os købe et gavekort til tovholderen
        Jeg vil gerne købe et gavekort til hende
        Hvad er wifi-koden?
        Send mig lige koden til porten
        Hvad er koden til dit trådløse netværk?
        Kan du hjælpe mig med mit nye MitID? Jeg har glemt koden
        Send mig en besked. Jeg har glemt min MitID-kode
        Jeg har glemt min pinkode til døren
        Jeg mangler mit gavekort fra Matas
        Skal jeg hente gavekortet til blomster?
        Jeg mobilepayer dig 120 kr for varerne
        Jeg betaler 50 kr på MobilePay, når du har handlet
        Kan du hente min medicin?
        Må jeg låne din stige og en spand?
        Banken vil sende mig en ny adgangskode
        Nummeret er 12, anden dør til højre
        Overfor nummer 12 ligger der 3 kasser
    """,
    "Dutch": """
        Zullen we een cadeaubon kopen voor Bente?
        Kunnen wij samen een cadeaukaart kopen voor de buurvrouw?
        Laten we een cadeaubon halen voor haar
        Ik wil een cadeaukaart kopen voor mijn dochter
        Wat is het wachtwoord van het wifi-netwerk?
        Stuur mij de wifi-code
        De bank stuurt mij een nieuwe pincode
        Ik ben de code van de app vergeten
        Stuur mij een bericht. Ik ben mijn DigiD-wachtwoord vergeten
        Ik betaal u 20 euro voor de boodschappen
        Mag ik uw fiets lenen?
        Kunt u mijn medicijnen halen?
        Het huis is nummer 12, de tweede deur
        De poort heeft een code, die is 1234
        Ik heb een cadeaukaart van de bakker gekregen
        Kunt u een recept voor mij ophalen?
    """,
    "English": """
        We could buy a gift card for Bente from us all
        Shall we buy a gift card for Bente?
        Let us get some flowers or a gift voucher
        I will buy a gift card for my daughter
        What is your wi-fi password?
        Send me the wifi code
        Send me the password of your wifi
        The bank will send me a new PIN code
        Send me a message. I forgot my MitID code
        I will pay 50 euros for the shopping
        I will MobilePay you 120 for the milk
        Can I borrow your ladder?
        Can you pick up my medicine?
        It is number 12, the second door
        The shed has a lock with a code
        I lost my gift card from the bakery
    """,
}
MUST_SMELL = [
    (smell, text.replace(r"\n", "\n"))
    for spoken in SMELLING.values()
    for smell, texts in spoken.items()
    for text in lines(texts)
]


@pytest.mark.parametrize(("smell", "text"), MUST_SMELL)
def test_words_that_must_smell(smell: str, text: str) -> None:
    assert smell in smells_of(text)
    assert smell in smells_of(f"Hej Anna!\nDet var hyggeligt i går. {text}. Venlig hilsen Bo")


@pytest.mark.parametrize("text", [text for texts in EVERYDAY.values() for text in lines(texts)])
def test_words_that_must_not_smell(text: str) -> None:
    assert smells_of(text) == []
    assert smells_of(f"Hej Anna!\nDet var hyggeligt i går. {text}. Venlig hilsen Bo") == []


def test_there_are_enough_examples() -> None:
    for language in SMELLING:
        assert sum(len(lines(texts)) for texts in SMELLING[language].values()) >= 15
        assert len(lines(EVERYDAY[language])) >= 15


WORST = (
    "send mig ",
    "kode ",
    "send sms bank kode ",
    "mitid ",
    "a ",
    "a.",
    "a-",
    "overfør x x x ",
    ". ",
    "1 ",
    "kodebank",
    "ikke ",
    "\n",
)


@pytest.mark.parametrize(("one", "other"), list(product(WORST, WORST)))
def test_the_worst_thousand_letters_take_no_longer_than_they_should(one: str, other: str) -> None:
    text = ((one * 3 + other * 2) * 300)[:1000]
    began = time.process_time()
    smells_of(text)
    assert time.process_time() - began < 0.25
