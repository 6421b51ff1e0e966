"""What an action or a page says when it cannot be: four words that the web turns into pages."""


class NotHere(Exception):
    """It does not exist, or this person may not know that it does: 404."""


class NotAllowed(Exception):
    """It can be seen, but this person may not do that: 403."""


class TooLate(Exception):
    """Somebody was faster, or it was moved meanwhile: 409."""


class Refused(Exception):
    """What was typed cannot be taken. `field` names the question, `message` says how to mend it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
