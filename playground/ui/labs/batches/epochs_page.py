"""The page "Epochs": which rows are in which iteration, an iteration at a time."""

from time import perf_counter

import numpy as np
from PySide6.QtWidgets import QHBoxLayout

from playground.labs.batches import IntArray, epoch, iterations
from playground.ui.figures import subscript
from playground.ui.labs.batches.epoch_table import Epoch, EpochTable
from playground.ui.labs.context import LabContext
from playground.ui.labs.page import LabPage
from playground.ui.labs.parts import Button
from playground.ui.labs.transport import Transport
from playground.ui.theme.fonts import number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import LabelledSlider, SeedLine, describe, keep_font, role_label

ROWS, BATCH = 6, 2
"""As the lecture has them."""
SEED = 2
"""By seed 0 the first two epochs of six rows have the same order, as one pair in 720 does."""
MOST_ROWS = 512
SHOWN = 4
"""Epochs below one another."""
WORDS_SECONDS = 0.15
"""How long words stay at least while it plays: nobody reads faster, and laying them out takes time."""
MOST_WRITTEN = 4
"""Rows of a batch that are written out."""


class EpochsPage(LabPage):
    """Steps through the iterations of the engine's own epochs."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(
            context,
            "The trainer draws B of the N rows without putting any back until all have been used: that is "
            "one epoch, of N / B iterations. Then it draws a new order.",
        )
        self.seed = SEED
        self.done = 0
        self._spoken = 0.0
        self._orders: dict[int, tuple[IntArray, ...]] = {}
        self._make_controls()
        self.table = EpochTable(context.theme())
        self.formula = role_label("", "muted")
        self.formula.setWordWrap(True)
        describe(self.formula, "The loss of the next batch", "")
        self.steps = Transport("iteration", speed=1)
        self.use(self.steps)
        self.stage.addWidget(self.table, 1)
        self.stage.addWidget(self.formula)
        self.steps.asked.connect(self._go)
        self.steps.back_asked.connect(lambda: self._go(-1))
        self.steps.rewind_asked.connect(lambda: self._go(-self.done))
        self.steps.playing_changed.connect(lambda _playing: self._show())
        self.apply_theme(context.theme())
        self._show()

    # Controls -------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.section("Data and batches")
        self.rows = LabelledSlider("Rows of data N", "How many rows there are to learn from.", row_counts())
        self.batch = LabelledSlider(
            "Batch size B", "How many rows an iteration uses. B is at most N.", list(range(1, ROWS + 1))
        )
        self.rows.set_value(ROWS)
        self.batch.set_value(BATCH)
        self.rows.edited.connect(lambda value, _gesture: self.set_rows(int(value)))
        self.batch.edited.connect(lambda value, _gesture: self.set_batch(int(value)))
        self.rows.refused.connect(lambda words: self.say(words, warning=True))
        self.batch.refused.connect(self._refuse_batch)
        self.column.addWidget(self.rows)
        self.column.addWidget(self.batch)
        line = QHBoxLayout()
        for text, help_text, size in (
            ("SGD", "B = 1: every row is a step of its own.", lambda: 1),
            (
                "Mini-batch",
                "B between 1 and N: about the root of N.",
                lambda: max(1, round(self.rows.value**0.5)),
            ),
            ("All rows", "B = N: one step an epoch, without noise.", lambda: int(self.rows.value)),
        ):
            button = Button(text, help_text)
            button.clicked.connect(lambda _=False, size=size: self.set_batch(size()))
            line.addWidget(button)
        self.column.addLayout(line)
        self.section("Order")
        self.seeds = SeedLine(
            "New order", "Draw other orders of the rows.", "Seed of the order", "A whole number."
        )
        self.seeds.show_seed(self.seed)
        self.seeds.next_asked.connect(lambda: self.set_seed(self.seed + 1))
        self.seeds.chosen.connect(self.set_seed)
        self.seeds.refused.connect(lambda words: self.say(words, warning=True))
        self.column.addWidget(self.seeds)
        self.as_open = Button("As the open network", "Take its training rows, batch size and seed.")
        self.as_open.clicked.connect(self._take_open)
        self.column.addWidget(self.as_open)
        self.section("Counted")
        self.counts = role_label("", "muted")
        self.counts.setWordWrap(True)
        describe(self.counts, "Counted", "")
        self.column.addWidget(self.counts)
        self.column.addStretch(1)

    def set_rows(self, rows: int) -> None:
        """Have so many rows; a larger batch becomes as small."""
        was = int(self.batch.value)
        self.rows.set_value(rows)
        self.batch.set_values(list(range(1, rows + 1)))
        self.batch.set_value(min(was, rows))
        self._begin()
        if was > rows:
            self.say(
                f"A batch of {was:,} cannot be drawn from {rows:,} rows, so B is {rows:,} now.", warning=True
            )

    def set_batch(self, batch: int) -> None:
        """Draw so many rows at a time."""
        self.batch.set_value(batch)
        self._begin()

    def set_seed(self, seed: int) -> None:
        """Draw other orders."""
        self.seed = seed
        self.seeds.show_seed(seed)
        self._begin()

    def _refuse_batch(self, words: str) -> None:
        rows = int(self.rows.value)
        self.say(
            f"{words} There are {rows:,} rows, and none is put back before all have been used.", warning=True
        )

    def _take_open(self) -> None:
        seen = self.context.seen()
        if seen is None:
            self.say("There is no run in the network window whose rows could be taken.", warning=True)
            return
        plan, rows = seen.prepared.plan, len(seen.prepared.train_rows)
        if plan.training.rule == "tensorflow_playground":
            words = "The open network trains by TensorFlow Playground's rule, in that page's own order."
            self.say(words, warning=True)
            return
        if rows > MOST_ROWS:
            self.say(
                f"The open network has {rows:,} training rows; {MOST_ROWS} can be drawn here.", warning=True
            )
            return
        self.seed = plan.training.seed
        self.seeds.show_seed(self.seed)
        self.set_rows(rows)
        self.set_batch(rows if plan.full_batch else min(plan.training.batch_size, rows))

    # Stepping -------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self.done = 0
        self._orders.clear()
        self._show()

    def _go(self, steps: int) -> None:
        self.done = max(0, self.done + steps)
        self._show()

    def batches(self, number: int) -> tuple[IntArray, ...]:
        """Return the batches of an epoch."""
        if number not in self._orders:
            if len(self._orders) > 2 * SHOWN:
                del self._orders[next(iter(self._orders))]
            self._orders[number] = epoch(int(self.rows.value), int(self.batch.value), self.seed, number)
        return self._orders[number]

    def _show(self) -> None:
        rows, batch = int(self.rows.value), int(self.batch.value)
        count = iterations(rows, batch)
        number, iteration = divmod(self.done, count)
        first = max(0, number - SHOWN + 2)
        self.table.show_epochs(
            [Epoch(one, self.batches(one)) for one in range(first, first + SHOWN)], self.done
        )
        if self.steps.is_playing and perf_counter() < self._spoken + WORDS_SECONDS:
            return
        self._spoken = perf_counter()
        following = self.batches(number)[iteration]
        self.formula.setText(loss_of(following, batch_name=f"epoch {number + 1}, iteration {iteration + 1}"))
        self._show_counts(count, number)
        self.say(self._words(rows, batch, count))

    def _show_counts(self, count: int, number: int) -> None:
        rows, batch = int(self.rows.value), int(self.batch.value)
        last = rows - (count - 1) * batch
        now = self.batches(number)[: self.done - number * count]
        used = len(np.concatenate(now)) if now else 0
        self.counts.setText(
            f"Iterations an epoch: {count:,}\nRows in the last of them: {last:,}\n"
            f"Iterations done: {self.done:,}\nEpochs done: {number:,}\n"
            f"Rows used in this epoch: {used:,} of {rows:,}"
        )

    def _words(self, rows: int, batch: int, count: int) -> str:
        how = f"{rows:,} rows in batches of {batch:,}: {count:,} iterations make an epoch"
        if count == 1:
            how = f"{rows:,} rows in one batch: an epoch is a single iteration"
        ends = ", and every row is used exactly once in it."
        last = rows - (count - 1) * batch
        if last != batch:
            ends += f" The last batch has only {last:,}, since {batch:,} does not divide {rows:,}."
        if self.done == 0:
            return how + ends + " Press Play, or S for one iteration."
        if self.done < count:
            return how + ends + " Watch how the rest of the epoch shrinks."
        return how + ends + " Each epoch has an order of its own: try another seed."

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        keep_font(self.formula, number_font(theme, theme.size_body, bold=False))
        keep_font(self.counts, number_font(theme, theme.size_body, bold=False))


def row_counts() -> list[int]:
    """Return the numbers of rows that the slider steps through; any other up to the last can be typed."""
    return [
        *range(1, 33),
        *range(36, 65, 4),
        *range(72, 129, 8),
        *range(144, 257, 16),
        *range(288, MOST_ROWS + 1, 32),
    ]


def loss_of(rows: IntArray, batch_name: str) -> str:
    """Return the loss of a batch, written as the lecture writes it."""
    shown = rows[:MOST_WRITTEN].tolist() if len(rows) > MOST_WRITTEN else rows.tolist()
    terms = [f"‖y{subscript(row)} − ŷ{subscript(row)}‖²" for row in shown]
    terms += ["…"] if len(rows) > len(shown) else []
    share = "" if len(rows) == 1 else f"1/{len(rows)} "
    inside = " + ".join(terms)
    return f"Next, {batch_name}:  J(w) over the batch = {share}{f'({inside})' if share else inside}"
