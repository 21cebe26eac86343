"""What the page "Perceptron" says: the sum of a point written out, the truth table, and what is seen."""

import html

from playground.labs.neuron import RuleStep, Task, Weights
from playground.ui.figures import percent, short
from playground.ui.labs.neuron.parts import OPEN, times
from playground.ui.theme.tokens import Theme

SUBSCRIPTS = ("x<sub>1</sub>", "x<sub>2</sub>")
"""Not x1: between two figures the font takes an x for a times sign."""


def sum_text(task: Task, weights: Weights, row: int, activation: str, theme: Theme) -> str:
    """Return the sum of a row written out, the neuron's answer, and the truth table where there is one."""
    x1, x2 = (float(value) for value in task.rows[row])
    z = float(weights.sums([[x1, x2]])[0])
    answer = float(weights.answers([[x1, x2]], activation)[0])
    right = (z >= 0.0) == (task.targets[row] > 0.5)
    colour = theme.success if right else theme.warning
    first, second = map(html.escape, task.names) if task.key == OPEN else SUBSCRIPTS
    return (
        f"z = w<sub>0</sub> + w<sub>1</sub> {first} + w<sub>2</sub> {second}<br>"
        f"&nbsp;&nbsp; = {short(weights.w0)}{times(weights.w1, x1)}{times(weights.w2, x2)}<br>"
        f"&nbsp;&nbsp; = <b>{short(z)}</b><br>"
        f"g(z) = <b>{short(answer)}</b>, target {task.targets[row]:.0f}: "
        f'<span style="color:{colour}"><b>{"right" if right else "wrong"}</b></span>'
        f"{_truth_table(task, weights, row, activation, theme) if task.is_table else ''}"
    )


def _truth_table(task: Task, weights: Weights, chosen: int, activation: str, theme: Theme) -> str:
    """Return all rows of a truth table as the neuron answers them, the chosen one marked."""
    sums, answers = weights.sums(task.rows), weights.answers(task.rows, activation)
    lines = [_cells((*SUBSCRIPTS, "z", "g(z)", "target"))]
    for row, (x, z, answer, target) in enumerate(zip(task.rows, sums, answers, task.targets, strict=True)):
        right = (z >= 0.0) == (target > 0.5)
        colour, sign = (theme.success, "✓") if right else (theme.warning, "✗")
        mark = f'<span style="color:{colour}">{sign}</span>'
        cells = (
            f"{x[0]:.0f}",
            f"{x[1]:.0f}",
            short(float(z)),
            short(float(answer)),
            f"{target:.0f}&nbsp;{mark}",
        )
        lines.append(_cells(cells, f"background-color:{theme.accent_soft}" if row == chosen else ""))
    return f"<p><table cellspacing=0 cellpadding=2>{''.join(lines)}</table>"


def _cells(cells: tuple[str, ...], style: str = "") -> str:
    inner = "".join(f"<td align=right>&nbsp;{cell}&nbsp;</td>" for cell in cells)
    return f'<tr style="{style}">{inner}</tr>'


def verdict(task: Task, weights: Weights, best: float, stuck: bool) -> tuple[str, bool]:
    """Return what is seen, in words, and whether it is a warning.

    `best` is the best accuracy of any line, `stuck` that gradient descent cannot move a step.
    """
    count = len(task.rows)
    if not weights.is_finite:
        return "The weights have grown beyond all numbers: rewind, and take a smaller learning rate.", True
    if stuck:
        return (
            "The step is flat on both sides, so its slope says nothing and gradient descent cannot move: "
            "choose the sigmoid, or the perceptron rule.",
            True,
        )
    share = weights.accuracy(task.rows, task.targets)
    score = f"{round(share * count)} of {count} points are on their right side ({percent(share)})."
    if weights.steepness == 0.0:
        return f"w₁ and w₂ are 0, so there is no line: every point gets the same answer. {score}", False
    if task.key == "xor":
        return (
            f"{score} No line does better than 75 % on XOR: equal answers lie in opposite corners. A hidden "
            "layer draws two lines and joins them.",
            False,
        )
    if share == 1.0:
        what = f"this neuron is {task.label}" if task.is_table else "this line parts the two clouds"
        return f"{score} Nothing is left to learn: {what}.", False
    if share >= best:
        return f"{score} No straight line that was tried does better here.", False
    return f"{score} Drag the line, or let the neuron learn: press Play.", False


def step_words(task: Task, step: RuleStep, rate: float) -> str:
    """Return what one step of the perceptron rule did."""
    x = f"({', '.join(short(float(value)) for value in task.rows[step.row])})"
    head = f"Point {step.row + 1} at {x} had z = {short(step.z)} and was answered {step.answer:.0f}"
    if step.was_right:
        return f"{head}, which is right: nothing changes."
    what = "added to" if step.target > step.answer else "taken from"
    return (
        f"{head}, but {step.target:.0f} is right: {short(rate)} times its inputs was {what} the weights (the "
        "input of w₀ is 1)."
    )
