"""What is said of the curves, in sentences for a student."""

from collections.abc import Sequence

from playground.labs.double_descent import Reading
from playground.labs.ladder import Rung
from playground.labs.random_features import Descent
from playground.ui.figures import percent_in_tenths, short

NEAR = 0.05
"""Up to this relative distance gradient descent has arrived."""
CLEAR = 1.1
"""Errors differ clearly from this factor on."""


def error_text(value: float) -> str:
    """Return a share of wrong answers."""
    return percent_in_tenths(value)


def of_features(
    rows: int, noise: float, ridge: float, widths: Sequence[int], errors: Sequence[float], found: Reading
) -> str:
    """Say what a curve of random features shows: shares of wrong answers, and their reading."""
    low, peak, last = (error_text(value) for value in (found.first_minimum, found.highest, found.last))
    first, widest = widths[found.minimum], widths[-1]
    if ridge > 0 and not found.shows:
        return _without_peak(ridge, widths, errors)
    if not found.shows:
        return (
            f"{rows} rows: at best {low} wrong with {first:,} units, {last} with {widest:,}. "
            "There is no clear double descent here: try more wrong labels or a smaller ridge."
        )
    advice = "Try a ridge of 1." if noise > 0 and ridge == 0 else "Add wrong labels and look again."
    return (
        f"Double descent: {low} wrong with {first:,} units, {peak} near {rows}, where units are as many as "
        f"rows and all rows can just be fitted, and {last} with {widest:,}, {_end(found)}. {advice}"
    )


def _end(found: Reading) -> str:
    """Compare the end of a curve with its first minimum."""
    if found.last * CLEAR < found.first_minimum:
        return "below the first minimum: here wider is better"
    if found.last > CLEAR * found.first_minimum:
        return "not as low as the first minimum"
    return "about as low as the first minimum"


def _without_peak(ridge: float, widths: Sequence[int], errors: Sequence[float]) -> str:
    best = min(range(len(errors)), key=errors.__getitem__)
    last, widest = error_text(errors[-1]), widths[-1]
    end = (
        f"and {widest:,} units do worse with {last}: “always wider” does not hold once weights have a price"
        if errors[-1] > CLEAR * errors[best]
        else f"and {widest:,} units do about as well with {last}"
    )
    return (
        f"A ridge of {short(ridge)} takes the peak away. {widths[best]:,} units are best with "
        f"{error_text(errors[best])} wrong, {end}."
    )


def gauge_text(gauge: float) -> str:
    """Return parameters for each row, or each number, in three figures."""
    return short(gauge)


def of_ladder(own: Rung) -> str:
    """Say where a network stands."""
    counted = f"{own.parameters:,} parameters for {own.rows:,} rows, {gauge_text(own.gauge)} for each row"
    if not own.is_over:
        return (
            f"{counted}: fewer parameters than rows, the classical case. "
            "Widen or deepen it until the gauge crosses 1."
        )
    return (
        f"{counted}: over-parameterised, as ResNet and GPT-3 are. One would expect it to overfit; "
        "see on the other pages why that need not be."
    )


def of_descent(found: Descent, steps: int) -> str:
    """Say how near gradient descent from zero came to the weights of least norm."""
    far = percent_in_tenths(found.difference)
    if found.difference < NEAR:
        return (
            f"After {steps:,} steps gradient descent from zero is within {far} of the weights of least norm. "
            "Each step is a combination of the rows, and of these only one fits best: so it finds just them."
        )
    errors = f"{error_text(found.test_error)} wrong against {error_text(found.wanted_error)}"
    if found.test_error * CLEAR < found.wanted_error:
        return (
            f"After {steps:,} steps gradient descent is still {far} away from the weights of least norm, and "
            f"better off: {errors}. Near the threshold the last rows are learnt slowly, so that stopping "
            "early works like a ridge."
        )
    return (
        f"After {steps:,} steps gradient descent is {far} away from the weights of least norm, on its way "
        f"there, and answers much the same: {errors}."
    )


def so_far(done: int, total: int) -> str:
    """Say how far the training of many networks is."""
    return f"{done} of {total} networks are trained. Each point is the median of what there is by now."


def of_trained(parameters: Sequence[float], found: Reading, fitted: float | None) -> str:
    """Say what the curve of trained networks shows; from `fitted` parameters on all rows are fitted."""
    if not found.shows:
        return (
            "No clear double descent this time: more wrong labels or more seeds bring the peak out, fewer "
            "epochs or no wrong labels hide it."
        )
    where = "" if fitted is None else f"; from {fitted:,.0f} on every row is fitted"
    return (
        f"Double descent in networks trained by backpropagation: test MSE {short(found.first_minimum)} with "
        f"{parameters[found.minimum]:,.0f} parameters, {short(found.highest)} with "
        f"{parameters[found.peak]:,.0f}{where}, and {short(found.last)} with "
        f"{parameters[-1]:,.0f}, {_end(found)}. Try it without wrong labels."
    )


def of_curve(rows: int, width: int, error: float) -> str:
    """Say what a fit on the line shows."""
    what = f"{width:,} {'feature' if width == 1 else 'features'}, {rows} points: "
    if width < rows * 0.9:
        return what + (
            "the curve cannot reach every point, so it takes the middle. "
            f"Distance to the truth {short(error)}; go on to {rows} and see it reach the last points."
        )
    if width <= rows * 1.15:
        return what + (
            "just enough to go through every point, in one way only, however wild: "
            f"distance to the truth {short(error)}. More features leave a choice."
        )
    return what + (
        f"the curve goes through every point, and of all weights that do, "
        f"those of least norm are taken: a smooth curve. Distance to the truth {short(error)}."
    )
