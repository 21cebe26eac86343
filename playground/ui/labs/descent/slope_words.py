"""What the page of one weight says: the numbers of a step as the lecture writes them, limits, sentences."""

from collections.abc import Sequence

from playground.labs.slope import Curve, Descent, Step
from playground.ui.figures import MINUS, figures, short

FLAT = 1e-6
"""A slope below this share of the loss's size counts as 0."""
EQUAL = 1e-9
JUMP = 0.05
"""A step longer than this share of the picture is a jump."""


def written(step: Step | None) -> str:
    """Return a step as the lecture writes it, with its numbers."""
    if step is None:
        return "No step goes on from here."
    w, g, rate = five(step.w), five(step.slope), five(step.rate)
    return "\n".join(
        (
            "w_new = w − α ∇J(w)",
            f"= {w} − {rate} × {bracketed(g)}",
            f"= {w} − {bracketed(five(step.move))} = {five(step.w_new)}",
            "J′ = J − α g²",
            f"= {five(step.value)} − {five(step.move * step.slope)} = {five(step.predicted)}",
            f"J_new = {five(step.value_new)}",
            f"J_new − J′ = {five(step.remainder)}",
        )
    )


def five(value: float) -> str:
    """Return a number in four figures; what is no number in words."""
    return figures(value, 4) if abs(value) < float("inf") else short(value)


def bracketed(text: str) -> str:
    """Return a number that follows a sign: in brackets when it has one of its own."""
    return f"({text})" if text.startswith(MINUS) else text


def limit_words(curve: Curve, w: float, rate: float) -> str:
    """Return the limit of the learning rate here, and on which side of it `rate` is."""
    limit = curve.limit(w)
    if limit is None:
        return "No valley lies here, so no learning rate comes to rest."
    where = "" if curve.exact is not None else " at the bottom of this valley"
    product = 2.0 * rate / limit
    head = f"α < 2/L = {short(limit)}, as L = J″ = {short(2.0 / limit)}{where}. Now α L = {short(product)}: "
    return head + _regime(product)


def _regime(product: float) -> str:
    if product > 2.0 * (1.0 + EQUAL):
        return "above 2, so the run cannot rest here."
    if abs(product - 2.0) <= 2.0 * EQUAL:
        return "exactly 2, so it swings to and fro for ever."
    if abs(product - 1.0) < 0.01:
        return "at 1 a parabola is solved in a single step."
    if product > 1.0:
        return "between 1 and 2 it swings from side to side, and arrives."
    return "below 1 it comes from one side, the slower the smaller α is."


def in_words(descent: Descent, step: Step | None) -> tuple[str, bool]:
    """Return what is to be seen at the weight of a run, and whether it is a warning."""
    if step is None or descent.diverged:
        return (
            f"Diverged after {counted(len(descent.steps))}: the weight has left for "
            f"{short(descent.w)}. α is too large. Take the step back (B), make α smaller, or rewind (R).",
            True,
        )
    if is_flat(step):
        return _at_rest(descent), False
    way = "right, to a larger w" if step.slope < 0 else "left, to a smaller w"
    sign = "negative" if step.slope < 0 else "positive"
    if step.value_new > step.value:
        return (
            f"The slope is {sign}, so the step goes {way}, but too far: the tangent line promises "
            f"J′ = {short(step.predicted)}, and J rises to {short(step.value_new)}. Make α smaller.",
            True,
        )
    return (
        f"The slope is {sign}, so the step goes {way}. "
        f"The tangent line promises J′ = {short(step.predicted)}; "
        f"the curve gives {short(step.value_new)}, which leaves {short(step.remainder)}. "
        "Halve α: what is left shrinks to a quarter.",
        False,
    )


def is_flat(step: Step) -> bool:
    """Return whether the slope is as good as 0, so that no step leads anywhere."""
    return abs(step.slope) <= FLAT * max(1.0, abs(step.value))


def _at_rest(descent: Descent) -> str:
    curve, w = descent.curve, descent.w
    text = f"At w = {short(w)} the slope is 0, and so is the step: w stays."
    valley = int(curve.valley(w))
    if curve.lowest is None or not 0 <= valley < len(curve.minima):
        return text
    if abs(w - curve.minima[valley]) > 0.01 * (curve.high - curve.low):
        return f"{text} It is no minimum: drag w a little, and see it leave."
    if valley == curve.lowest:
        only = " the only one there is" if len(curve.minima) == 1 else " the lowest of all"
        return f"{text} This is the global minimum,{only}: J = {short(curve.at(w)[0])}."
    best = float(curve.minima[curve.lowest])
    return (
        f"{text} This is a local minimum only: a lower one lies at w = {short(best)}. "
        "Drag w elsewhere, or try a larger α."
    )


def together(names: Sequence[str], runs: Sequence[Descent], count: int) -> str:
    """Return what became of several runs from the same start, in a sentence."""
    if not count:
        return (
            "Three rates, one start: press Play and watch them run side by side; drag the point to move it."
        )
    parts = [f"{name.lower()} {_fate(run)}" for name, run in zip(names, runs, strict=True)]
    return f"After {counted(count)}: {parts[0]}; {parts[1]}; {parts[2]}. Drag a point."


def _fate(run: Descent) -> str:
    if run.diverged:
        return f"has diverged (in step {len(run.steps)})"
    last, curve = run.steps[-1], run.curve
    if abs(last.move) > JUMP * (curve.high - curve.low):
        return f"jumps about, J = {short(last.value_new)}"
    if abs(last.w_new - last.w) > 1e-3 * (curve.high - curve.low):
        return f"is on its way, J = {short(last.value_new)}"
    valley = int(curve.valley(last.w_new))
    away = abs(last.w_new - curve.minima[valley]) if 0 <= valley < len(curve.minima) else float("inf")
    if away > 0.01 * (curve.high - curve.low):
        return f"creeps, J = {short(last.value_new)}"
    if valley == curve.lowest:
        return f"rests in the global minimum, J = {short(last.value_new)}"
    return f"is trapped in a local minimum, J = {short(last.value_new)}"


def counted(steps: int) -> str:
    """Return so many steps in words."""
    return "1 step" if steps == 1 else f"{steps:,} steps"
