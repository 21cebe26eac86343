"""What is written in a field of values, and what it means: a list of them, or a range."""

import re

from pydantic import ValidationError

from playground.experiment.variation import Thing
from playground.labs.sweep import Vary, shown
from playground.ui.widgets import parse_number

RANGE = re.compile(
    r"^(?P<low>.+?)\s*(?:to|\.\.\.?|…)\s*(?P<high>.+?)(?:\s+in\s+(?P<count>\d+))?(?P<log>\s+log)?$"
)
EXAMPLE = "Write values as “4, 8, 16”, or a range as “0.001 to 1 in 7 log”."
USUAL = 5
"""How many of a thing's presets are offered at first."""


class ValuesError(ValueError):
    """What was written means nothing; the message says why and what to write."""


def read(thing: Thing, text: str) -> Vary:
    """Return what a text says about a thing whose values are numbers. Raises ValuesError."""
    text = text.strip()
    if not text:
        raise ValuesError(f"{thing.label} has no values. {EXAMPLE}")
    found = RANGE.match(text)
    if found is not None:
        return made(
            key=thing.key,
            low=_number(thing, found["low"]),
            high=_number(thing, found["high"]),
            count=int(found["count"] or USUAL),
            scale="log" if found["log"] else "linear",
        )
    # A semicolon or a space parts numbers, too, and a comma where it is followed by one.
    parts = [part for part in re.split(r"[;\s]+|,(?=\s)|(?<=\d),(?=[-\d.])", text) if part.strip(", ")]
    return made(key=thing.key, values=tuple(_number(thing, part.strip(", ")) for part in parts))


def made(**fields: object) -> Vary:
    """Return what is varied; ValuesError in one sentence where it makes no sense."""
    try:
        return Vary(**fields)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ValuesError(f"{reason[:1].upper()}{reason[1:]}.") from error


def written(vary: Vary) -> str:
    """Return the text that means what is varied."""
    if vary.low is None or vary.high is None:
        return ", ".join(shown(value) for value in vary.values)
    log = " log" if vary.scale == "log" else ""
    return f"{vary.low:.10g} to {vary.high:.10g} in {vary.count}{log}"


def usual(thing: Thing) -> Vary:
    """Return values to begin with: the first few choices, or presets from all over their range."""
    if thing.options:
        return made(key=thing.key, values=tuple(option.key for option in thing.options[:3]))
    presets = thing.presets
    step = max(1, -(-len(presets) // USUAL))
    return made(key=thing.key, values=presets[::step][:USUAL])


def _number(thing: Thing, text: str) -> float:
    value = parse_number(text)
    if value is None:
        raise ValuesError(f"“{text}” is no number for {thing.label.lower()}. {EXAMPLE}")
    return value
