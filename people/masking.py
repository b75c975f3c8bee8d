"""How personal values are shown to those who need not see them whole (domain 2.15)."""


def name(text: str) -> str:
    """Return a person's name with the given name hidden but for its last character.

    Two characters keep the first, three and more keep first and last. Names in Latin letters
    keep each word's first letter. One character is hidden whole.
    """
    text = text.strip()
    if text.isascii():
        return " ".join(word[0] + "*" for word in text.split())
    if len(text) < 2:
        return "*" * len(text)
    if len(text) == 2:
        return text[0] + "*"
    return text[0] + "*" * (len(text) - 2) + text[-1]


def phone(text: str) -> str:
    """Return a phone number with its middle hidden: three digits, four stars, the last four.

    Short numbers keep the last two digits only.
    """
    digits = "".join(c for c in text if c.isdigit())
    if len(digits) >= 10:
        return f"{digits[:3]}****{digits[-4:]}"
    if len(digits) >= 5:
        return "****" + digits[-2:]
    return "*" * len(digits)


def address(text: str) -> str:
    """Return a mail address or an id of a messenger with all but the edges hidden."""
    person, at_sign, host = text.partition("@")
    if not person:
        return ""
    return person[0] + "***" + (person[-1] if len(person) > 4 else "") + at_sign + host
