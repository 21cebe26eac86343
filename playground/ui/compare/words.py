"""What a comparison comes to, in words."""

import math
from collections.abc import Sequence
from html import escape

from playground.experiment.comparing import in_a_sentence
from playground.experiment.model import Experiment
from playground.training.kept_runs import Figures
from playground.ui.figures import four_digits, percent_in_tenths


def quality(figures: Figures) -> str:
    """Return how good a run is: accuracy in per cent, or R²."""
    value = figures.watched_metric
    return four_digits(value) if figures.metric == "R²" else percent_in_tenths(value)


def verdict(a: Figures | None, b: Figures | None) -> str:
    """Return who is ahead, with the numbers."""
    if a is None or b is None or not (a.steps and b.steps):
        return "Press Play: both train on the same rows from the same seed, epoch by epoch."
    what = f"{a.watched} {a.metric}"
    lost = [name for name, one in (("A", a), ("B", b)) if not math.isfinite(one.watched_loss)]
    if lost:
        if len(lost) == 2:
            return "Neither A nor B has a finite loss any more: choose a lower learning rate for both."
        other, figures = ("B", b) if lost == ["A"] else ("A", a)
        reached = f"{other} reaches {quality(figures)} {what}"
        return f"{other} is ahead: {lost[0]} has no finite loss any more, {reached}."
    when = _when(a, b)
    if quality(a) == quality(b):
        if four_digits(a.watched_loss) == four_digits(b.watched_loss):
            return (
                f"{when} both are equal: {quality(a)} {what}, {a.watched} loss {four_digits(a.watched_loss)}."
            )
        first, good, bad = ("A", a, b) if a.watched_loss < b.watched_loss else ("B", b, a)
        return (
            f"{when} both reach {quality(a)} {what}; {first} has the lower {a.watched} loss: "
            f"{four_digits(good.watched_loss)} against {four_digits(bad.watched_loss)}."
        )
    first, good, bad = ("A", a, b) if a.watched_metric > b.watched_metric else ("B", b, a)
    return (
        f"{when} {first} is ahead: {quality(good)} against {quality(bad)} {what}, {a.watched} loss "
        f"{four_digits(good.watched_loss)} against {four_digits(bad.watched_loss)}."
    )


def heading(a: Experiment, b: Experiment, colours: Sequence[str]) -> str:
    """Return what differs as rich text, A's and B's values in their colours."""

    def mark(side: str, words: str) -> str:
        colour = colours[0] if side == "A" else colours[1]
        return f'<span style="color:{colour}; font-weight:600">{escape(words)} ({side})</span>'

    return in_a_sentence(a, b, mark)


def _when(a: Figures, b: Figures) -> str:
    if a.epochs == b.epochs:
        return f"After {a.epochs:,.0f} {'epoch' if a.epochs == 1 else 'epochs'}"
    return f"After {a.epochs:,.0f} and {b.epochs:,.0f} epochs"
