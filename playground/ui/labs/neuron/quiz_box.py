"""The quiz about shapes: a question, a field for the answer, hints, the worked answer, and a score."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.labs.quiz import Question, question, read_answer
from playground.ui.labs.note import Note
from playground.ui.labs.parts import Button
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlowLayout, describe, keep_font, role_label
from playground.ui.widgets.numbers import WindowLine


class QuizBox(QWidget):
    """Asks question after question of a seed.

    Signals:
        asked(object): the `Question` that is asked now.
        judged(str, bool): something to say about an answer, and whether it is a warning.
    """

    asked = Signal(object)
    judged = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.seed, self.number = 0, 0
        self.right, self.answered = 0, 0
        self._tried = self._over = False
        self._hints = 0
        self.text = role_label("", "title")
        self.text.setWordWrap(True)
        self.field = WindowLine()
        describe(
            self.field, "Your answer", "A number such as 2,337, or a shape such as 3 × 4. Enter checks it."
        )
        self.field.setPlaceholderText("answer")
        self.field.returnPressed.connect(lambda: self._check(self.field.text()))
        self.check = Button("Check", "See whether the answer is right (Enter).")
        self.check.clicked.connect(lambda: self._check(self.field.text()))
        self.hint = Button("Hint", "A little help; the question still counts.")
        self.hint.clicked.connect(self._give_hint)
        self.solve = Button("Show the way", "The worked answer; the question no longer counts as solved.")
        self.solve.clicked.connect(self._solve)
        self.following = Button("Next question", "Go on to the next question.")
        self.following.clicked.connect(self.next)
        self.help = Note("Hints", "The hints that were given, or the worked answer.")
        row = QWidget()
        self._row = FlowLayout(row, 6)
        for control in (self.field, self.check, self.hint, self.solve, self.following):
            self._row.addWidget(control)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        row.setSizePolicy(policy)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.text)
        self._layout.addWidget(row)
        self._layout.addWidget(self.help)
        self._ask()

    @property
    def question(self) -> Question:
        """What is asked."""
        return self._question

    @property
    def score(self) -> str:
        """How it stands, in words."""
        return f"{self.right} of {self.answered} right at the first try"

    def begin(self, seed: int) -> None:
        """Begin the quiz of a seed."""
        self.seed, self.number, self.right, self.answered = seed, 0, 0, 0
        self._ask()

    def next(self) -> None:
        """Go on to the next question; one that was never answered does not count."""
        self.number += 1
        self._ask()
        self.field.setFocus()

    def _ask(self) -> None:
        self._question = question(self.seed, self.number)
        self._tried = self._over = False
        self._hints = 0
        self.text.setText(f"{self.number + 1}.  {self._question.text}")
        self.field.clear()
        self.help.show_rich("")
        self._allow()
        self.asked.emit(self._question)

    def _check(self, text: str) -> None:
        if self._over or not text.strip():
            return
        numbers = len(self._question.answer)
        answer = read_answer(text, numbers)
        if answer is None:
            form = "one number, such as 13 or 2,337" if numbers == 1 else "rows × columns, such as 3 × 4"
            self.judged.emit(f"“{text.strip()}” cannot be read as an answer: write {form}.", True)
            return
        right = self._question.is_right(answer)
        if not self._tried:
            self.answered += 1
            self.right += int(right)
        self._tried = True
        if right:
            self._over = True
            self.help.show_rich(f"<b>Right.</b> {self._question.worked}")
            self._allow()
            self.judged.emit(f"Right! {self.score.capitalize()}. Go on to the next question.", False)
        else:
            swapped = numbers == 2 and self._question.is_right(answer[::-1])
            why = (
                " Rows and columns are the other way round." if swapped else " Try again, or ask for a hint."
            )
            self.judged.emit(f"{text.strip()} is not it.{why}", True)

    def _give_hint(self) -> None:
        self._hints = min(self._hints + 1, len(self._question.hints))
        self.help.show_rich("<br>".join(f"Hint: {hint}" for hint in self._question.hints[: self._hints]))
        self._allow()

    def _solve(self) -> None:
        if not self._tried:
            self.answered += 1
        self._tried = self._over = True
        self.help.show_rich(self._question.worked)
        self._allow()
        self.judged.emit(f"That is the way. {self.score.capitalize()}. Go on to the next question.", False)

    def _allow(self) -> None:
        """Offer what makes sense now."""
        self.check.setEnabled(not self._over)
        self.solve.setEnabled(not self._over)
        self.hint.setEnabled(not self._over and self._hints < len(self._question.hints))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts."""
        keep_font(self.text, body_font(theme, theme.size_title))
        keep_font(self.field, number_font(theme, theme.size_body))
        self.field.setFixedWidth(theme.px(110))
        for part in (self.check, self.hint, self.solve, self.following, self.help):
            part.apply_theme(theme)
        self._row.setSpacing(theme.px(6))
        self._layout.setSpacing(theme.px(10))
