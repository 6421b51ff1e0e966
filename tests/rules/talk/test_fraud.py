"""Words that smell of fraud, in three languages: what must warn, and what neighbours write each other every day."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import neighbours.rules.talk.fraud as fraud
from neighbours.rules.talk.fraud import SMELLS, smells_of

SMELLING = {
    "Danish": {
        "code": """
            Send mig din MitID-kode, så ordner jeg det
            send mig lige koden du får på sms
            Kan du oplyse din adgangskode til netbanken?
            Hvad er din pinkode?
            Jeg skal bruge din MitID kode for at hjælpe dig
            Giv mig dit nøglekort og din kode til NemID
            Jeg har brug for dit MitID brugernavn og din kode
            Du kan bare skrive din engangskode her
            Læs koden op for mig, når den kommer
            Må jeg låne dit MitID et øjeblik?
            Godkend lige dit MitID for mig
            SEND MIG DIN MITID KODE
            send mig din mit-id kode
            fortael mig din adgangskode
        """,
        "remote": """
            Installer AnyDesk, så hjælper jeg dig hjemmefra
            Hent TeamViewer og giv mig dit ID
            Jeg kan overtage din skærm og ordne det
            Giv mig adgang til din computer
            Vi bruger fjernskrivebord
            Det er nemmest, hvis jeg fjernstyrer den
        """,
        "gift": """
            Køb et paysafecard
            Kan du købe tre gavekort til Google Play?
            Skrab koden fri på gavekortet og send et billede
            Betal mig med et iTunes-kort
            Send mig koden på gavekortet
        """,
        "transfer": """
            Overfør 500 kr til mig i dag
            Hvad er dit kontonummer?
            Send mig dit kortnummer, så betaler jeg
            Kan du låne mig nogle penge til fredag?
            Send mig penge, jeg er strandet
            Flyt dem til en sikker konto
        """,
    },
    "Dutch": {
        "code": """
            Geef mij uw DigiD-code
            Stuur me even je DigiD wachtwoord
            Wat is uw pincode?
            Ik heb uw inlogcode nodig om u te helpen
            Kunt u de sms-code aan mij doorgeven?
            Lees de code uit de sms even voor
            Vertel mij je wachtwoord van DigiD
            Mag ik uw DigiD gebruiken?
            Zeg mij even de verificatiecode
            App mij de code die u per sms krijgt
            Stuur uw inloggegevens maar door
        """,
        "remote": """
            Installeer AnyDesk even op uw laptop
            Ik kan uw computer overnemen
            Deel uw scherm met mij
            Geef mij toegang tot uw computer
            Ik help u op afstand met de computer
            Mag ik uw scherm overnemen?
            Neem ik even uw computer over met TeamViewer
        """,
        "gift": """
            Kunt u een cadeaukaart voor mij kopen?
            Koop drie Google Play-kaarten en stuur een foto
            Betaal maar met een giftcard
            Stuur de code van de cadeaubon
            Haal vijf Steam-kaarten bij de winkel
            Kras de code van de cadeaukaart open
        """,
        "transfer": """
            Kunt u 50 euro overmaken?
            Wat is uw rekeningnummer?
            Maak het geld over op NL91 ABNA 0417 1643 00
            Stuur mij even wat geld
            Uw geld moet naar een veilige rekening
            Leen mij alstublieft 100 euro
            Geef mij het kaartnummer van uw betaalpas
            Boek vandaag 200 euro over
        """,
    },
    "English": {
        "code": """
            Send me your MitID code and I will fix it
            What is your password?
            Can you tell me the verification code?
            I need your DigiD code to help you
            Just read me the code from the text message
            Please share your one-time code with me
            Forward the security code to me
            Can I use your MitID for a moment?
            Text me the login code when it comes
            Type your pin number here
            Let me have your password
        """,
        "remote": """
            Download TeamViewer and tell me the number
            Let me take over your screen
            I only need access to your computer
            Open Quick Assist, it is on your PC
            any desk works best
            Share your screen with me
            I can control your computer from here
        """,
        "gift": """
            Please buy two gift cards for me
            Send a photo of the gift card
            You can pay me with a Steam card
            Get me some iTunes cards
            Scratch the gift voucher and send the number
        """,
        "transfer": """
            Please transfer the money today
            What is your account number?
            Give me your card number and I will pay
            Can you send me some money?
            Pay by Western Union
            Buy bitcoin and I will double it
            I need your bank details
            Lend me 100 euros until Friday
            My money is in a safe account, send yours there
        """,
    },
}
EVERYDAY = {
    "Danish": """
        Kan du hjælpe mig med mit MitID?
        Jeg har glemt min MitID-kode
        Jeg kan ikke logge ind med MitID på borger.dk
        Kommunen vil sende mig en ny MitID-kode
        Jeg får en ny adgangskode af Borgerservice på torsdag
        Giv aldrig din MitID-kode til nogen
        Du må ikke fortælle mig din kode
        Hvad er adgangskoden til dit wifi?
        Hvad er koden til porten?
        Koden til døren er 1234
        Send mig en besked, når du er hjemme
        Send mig din adresse, så kommer jeg fredag
        Jeg bor overfor kirken
        Overfor nummer 12 ligger der kasser til dig
        Fjernbetjeningen til mit fjernsyn virker ikke
        Jeg har brug for hjælp til min printer
        Kan du købe mælk og brød til mig?
        Kan du købe frø til haven? Jeg betaler for dem
        Det koster 50 kr for jord, har du kontanter?
        Tak for hjælpen, her er en blomst
        Jeg fik et gavekort til min fødselsdag
        Skal jeg tage en stige med?
        Er du hjemme klokken 10?
        Giv mig en halv time, så er jeg der
        Jeg skal i banken torsdag, kan du køre mig?
        Jeg skal bruge dit telefonnummer, hvis jeg kommer for sent
        Skærmen er sort, og computeren brummer
        Kan du læse brevet op for mig?
        Hvad tid kan du komme lørdag?
        Min adgangskode virker ikke mere, kan du kigge på det?
        Kan du vise mig videoopkald?
    """,
    "Dutch": """
        Kunt u mij helpen met DigiD?
        Ik ben mijn DigiD-wachtwoord vergeten
        De gemeente stuurt een nieuwe DigiD-code
        Geef uw DigiD-code nooit aan iemand
        Vertel niemand uw pincode
        Wat is het wachtwoord van uw wifi?
        De code van de poort is 1234
        Stuur mij een bericht als u thuis bent
        Ik heb uw telefoonnummer nodig als ik te laat ben
        De afstandsbediening van mijn televisie is stuk
        Kunt u melk en brood voor mij kopen?
        Ik betaal de zaden, wat kosten ze?
        Mag ik uw ladder lenen?
        Het scherm van de computer is zwart
        Ik kreeg een cadeaukaart voor mijn verjaardag
        Ik moet donderdag naar de bank, kunt u rijden?
        Geef mij maar een halfuur
        Kunt u de brief voorlezen?
        Hoe laat kunt u zaterdag komen?
        Neem gerust een hond mee
        De sleutel ligt onder de bloempot
        Kunt u mijn printer aansluiten?
        Ik kan de app van de gemeente niet vinden
        Het gras is nog nat, kom liever morgen
        Wat is uw adres?
        Ik stuur u een foto van de heg
        Hebt u een trap nodig?
        Mijn wachtwoord werkt niet meer, kunt u komen kijken?
        Deel uw code niet met mij, typ hem zelf
        Mag mijn dochter erbij zijn?
        Kunt u mij leren videobellen?
    """,
    "English": """
        Can you help me with MitID?
        I forgot my MitID code
        The bank sent me a new password
        Never tell anybody your MitID code
        Do not give me your code, type it yourself
        What is your wifi password?
        The gate code is 1234
        Send me a message when you are home
        I need your telephone number in case I am late
        The remote control of my television is broken
        Can you buy milk and bread for me?
        I pay for the seeds, what do they cost?
        I got a gift card for my birthday
        My screen is black and the computer hums
        I must go to the bank on Thursday, can you drive me?
        Give me half an hour
        Can you read the letter to me?
        What time can you come on Saturday?
        Please bring the ladder
        The key is under the flower pot
        Can you connect my printer?
        I cannot find the app of the municipality
        The grass is still wet, better come tomorrow
        What is your address?
        I send you a photo of the hedge
        Do you need a hand with the boxes?
        My password does not work any more, can you have a look?
        May my daughter be there too?
        Can you teach me to make a video call?
        Shall I pick up the shopping at ten?
        Thank you, it was a lovely afternoon
    """,
}


def lines(texts: str) -> list[str]:
    return [line.strip() for line in texts.strip().splitlines()]


MUST_SMELL = [(smell, text) for spoken in SMELLING.values() for smell, texts in spoken.items() for text in lines(texts)]


@pytest.mark.parametrize(("smell", "text"), MUST_SMELL)
def test_words_that_must_smell(smell: str, text: str) -> None:
    assert smell in smells_of(text)
    assert smell in smells_of(f"Hej Anna!\nDet var hyggeligt i går. {text}. Venlig hilsen Bo")


@pytest.mark.parametrize("text", [text for texts in EVERYDAY.values() for text in lines(texts)])
def test_words_that_must_not_smell(text: str) -> None:
    assert smells_of(text) == []


def test_there_are_enough_examples() -> None:
    for language in ("Danish", "Dutch", "English"):
        assert sum(len(lines(texts)) for texts in SMELLING[language].values()) >= 30
        assert len(lines(EVERYDAY[language])) >= 30


def test_two_smells_are_both_found_and_nothing_smells_of_nothing() -> None:
    assert smells_of("Hent AnyDesk og send mig din MitID-kode") == ["code", "remote"]
    assert smells_of("") == smells_of("\n\n") == []


def test_letters_that_nobody_sees_hide_nothing() -> None:
    assert smells_of("Send mig din Mit\u200bID-ko\u00adde") == ["code"]
    assert smells_of("Ｓｅｎｄ ｍｉｇ ｄｉｎ ｐｉｎｋｏｄｅ") == ["code"]


def test_the_codes_fit_their_column() -> None:
    assert len(",".join(SMELLS)) <= 60


@given(st.text(max_size=1000))
def test_any_text_can_be_smelled(text: str) -> None:
    assert set(smells_of(text)) <= set(SMELLS)


def test_every_phrase_of_the_data_can_be_found() -> None:
    data = tomllib.loads(Path(fraud.__file__).with_name("fraud.toml").read_text(encoding="utf-8"))
    assert set(data) == {"never", "denies", "looks_denied", "near", "stop", *SMELLS}
    for smell in SMELLS:
        for phrase in data[smell]["alone"]:
            said = phrase.replace("…", "lige").replace("*", "").replace("#", "500")
            assert smell in smells_of(said), phrase
