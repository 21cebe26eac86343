"""Every command of the window in one table: menu, text, shortcuts, icon and help.

Menus, tool buttons, tooltips and the list of shortcuts are made from it; `main_window` says what each does.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence, QUndoStack
from PySide6.QtWidgets import QWidget

from playground.tables import by_key
from playground.ui.labs.table import LABS
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One command. `menu` is its menu's title, "" for none; `text` has no mnemonic and no dots of its own."""

    key: str
    menu: str
    text: str
    help: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False
    separator_before: bool = False


MENUS = ("File", "Edit", "Network", "Train", "Labs", "View", "Help")

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("new", "File", "New", "Start with an empty diagram.", ("Ctrl+N",), "new"),
    ActionSpec("open", "File", "Open…", "Open a project or an experiment.", ("Ctrl+O",), "open"),
    ActionSpec(
        "reopen_last",
        "File",
        "Reopen last project",
        "Open what was on screen, untitled, when the window was closed, trained as far as it was.",
    ),
    ActionSpec(
        "save",
        "File",
        "Save",
        "Save data, layers, settings and weights.",
        ("Ctrl+S",),
        "save",
        separator_before=True,
    ),
    ActionSpec(
        "save_as",
        "File",
        "Save as…",
        "Save under another name, with or without the weights.",
        ("Ctrl+Shift+S",),
    ),
    ActionSpec(
        "export",
        "File",
        "Export network…",
        "Take the trained network with you: weights, ONNX, Keras, code; each file is proved.",
        ("Ctrl+E",),
        "export",
        separator_before=True,
    ),
    ActionSpec(
        "export_picture",
        "File",
        "Export picture…",
        "Keep the diagram, a plot or the window as a picture: SVG or PNG.",
        ("Ctrl+Shift+E",),
    ),
    ActionSpec(
        "export_history",
        "File",
        "Export history as CSV…",
        "Write the loss and the metric of every measured epoch to a file.",
    ),
    ActionSpec(
        "export_animation",
        "File",
        "Export animation…",
        "Train from the start off screen, and keep a film of it: GIF or MP4.",
    ),
    ActionSpec(
        "export_report",
        "File",
        "Export report…",
        "Write one page with everything about this run: settings, network, pictures and figures.",
    ),
    ActionSpec(
        "import_data",
        "File",
        "Import data…",
        "Learn from rows of your own: a CSV file, or any table of text.",
        ("Ctrl+I",),
        "table",
        separator_before=True,
    ),
    ActionSpec(
        "export_data",
        "File",
        "Export data as CSV…",
        "Write the rows in use to a file: which part each is in, its inputs and its target.",
    ),
    ActionSpec("quit", "File", "Quit", "Close the window.", ("Ctrl+Q",), separator_before=True),
    ActionSpec("undo", "Edit", "Undo", "Take back the last change.", ("Ctrl+Z",), "undo"),
    ActionSpec("redo", "Edit", "Redo", "Make the change again.", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    ActionSpec(
        "paste_link",
        "Edit",
        "Paste link",
        "Open the TensorFlow Playground link on the clipboard: the same points, weights and training.",
        ("Ctrl+V",),
        separator_before=True,
    ),
    ActionSpec(
        "copy_link",
        "Edit",
        "Copy link",
        "Copy a link that opens this experiment in TensorFlow Playground, as far as it can.",
        ("Ctrl+Shift+C",),
    ),
    ActionSpec(
        "paste_data",
        "Edit",
        "Paste data…",
        "Learn from the rows on the clipboard, such as cells copied from a spreadsheet.",
        ("Ctrl+Shift+V",),
    ),
    ActionSpec(
        "paint",
        "Edit",
        "Paint points",
        "Paint points of your own in the output plot; Esc leaves.",
        ("P",),
        "paint",
        checkable=True,
        separator_before=True,
    ),
    ActionSpec(
        "clear_points",
        "Edit",
        "Clear points",
        "Take all points away, and paint your own on an empty canvas.",
        icon="delete",
    ),
    ActionSpec(
        "add_layer",
        "Network",
        "Add Dense layer",
        "Add a layer after the selected one, or before the output.",
        ("Ctrl+L", "Ins"),
        "add",
    ),
    ActionSpec("remove_layer", "Network", "Remove layer", "Remove the selected layer.", ("Del",), "delete"),
    ActionSpec("add_neuron", "Network", "Add neuron", "Give the selected layer one neuron more.", ("+",)),
    ActionSpec(
        "remove_neuron", "Network", "Remove neuron", "Take one neuron from the selected layer.", ("-",)
    ),
    ActionSpec(
        "freeze",
        "Network",
        "Freeze layer",
        "Keep the numbers of the selected layer as they are while the others learn, or let it learn again.",
        ("F",),
        separator_before=True,
    ),
    ActionSpec(
        "switch_neuron",
        "Network",
        "Switch neuron off",
        "Switch the neuron that is pointed at off, with all links that lead on from it, or on again.",
        ("O",),
    ),
    ActionSpec(
        "switch_link",
        "Network",
        "Switch link off",
        "Switch the link between the neuron that is kept and the one that is pointed at off, or on again.",
        ("X",),
    ),
    ActionSpec(
        "set_weight",
        "Network",
        "Set weights…",
        "Set the weights of the neuron that is kept or pointed at; Tab goes on to its next one.",
        ("W",),
    ),
    ActionSpec(
        "new_weights",
        "Network",
        "New starting weights",
        "Draw other starting weights; Rewind goes back to these from now on.",
        ("Ctrl+R",),
        "new_seed",
        separator_before=True,
    ),
    ActionSpec("new_data", "Network", "New sample", "Draw other points from the same data set.", ("Ctrl+D",)),
    ActionSpec("play", "Train", "Play", "Train, or pause.", ("Space",), "play"),
    ActionSpec(
        "step_epoch", "Train", "Step one epoch", "Train on every row once, then pause.", ("S",), "step"
    ),
    ActionSpec(
        "step_batch", "Train", "Step one batch", "Train on a single mini-batch, then pause.", ("Shift+S",)
    ),
    ActionSpec(
        "rewind",
        "Train",
        "Rewind",
        "Go back to epoch 0 and the same starting weights.",
        ("R",),
        "rewind",
    ),
    ActionSpec(
        "keep_run",
        "Train",
        "Keep this run",
        "Keep the run as it is now, to compare others with it: View > Instruments > Runs.",
        ("Ctrl+K",),
    ),
    ActionSpec(
        "remedy",
        "Train",
        "Try the remedy",
        "Do what the status line proposes; Undo takes it back.",
        ("Ctrl+.",),
        separator_before=True,
    ),
    ActionSpec(
        "look_back",
        "Train",
        "Look back",
        "Pause, and show the state of the run before this one.",
        ("Alt+Left",),
        separator_before=True,
    ),
    ActionSpec(
        "look_forward", "Train", "Look forward", "Show the state of the run after this one.", ("Alt+Right",)
    ),
    ActionSpec("back_to_now", "Train", "Back to now", "Show the run as it stands again.", ("Alt+End",)),
    ActionSpec(
        "resume_here",
        "Train",
        "Resume from here",
        "Go on from the state that is shown; what came after it is given up.",
        ("Alt+Return",),
    ),
    ActionSpec(
        "compare",
        "Train",
        "Compare with a copy…",
        "Train the experiment beside a copy of it in which one thing is different.",
        ("Ctrl+B",),
    ),
    ActionSpec(
        "many_seeds",
        "Train",
        "Many seeds…",
        "Train the experiment once for each of many seeds: how much of its result is chance?",
        ("Ctrl+Shift+M",),
    ),
    ActionSpec(
        "evaluate",
        "Train",
        "Evaluate on the test rows",
        "Ask the test rows, once your choices are made, how good the network is. Needs a validation part.",
        ("Ctrl+Shift+T",),
        separator_before=True,
    ),
    *(ActionSpec(f"lab_{lab.key}", "Labs", f"{lab.label}…", lab.help) for lab in LABS),
    ActionSpec("zoom_in", "View", "Zoom in", "Enlarge the diagram.", ("Ctrl++", "Ctrl+="), "zoom_in"),
    ActionSpec("zoom_out", "View", "Zoom out", "Shrink the diagram.", ("Ctrl+-",), "zoom_out"),
    ActionSpec("zoom_fit", "View", "Fit the diagram", "Show the whole diagram.", ("Ctrl+0",), "fit"),
    ActionSpec(
        "look_at_data",
        "View",
        "Look at the data…",
        "Every row and column before anything is learnt: scatter matrix, histograms, design matrix.",
        ("Ctrl+T",),
        "data",
        separator_before=True,
    ),
    ActionSpec(
        "code",
        "View",
        "Code",
        "The network as a Python script: Keras, PyTorch, NumPy or plain Python.",
        ("Ctrl+Shift+K",),
        "code",
    ),
    ActionSpec(
        "projector",
        "View",
        "Projector size",
        "Larger type and thicker lines, readable from the back row.",
        ("F9",),
        "projector",
        checkable=True,
        separator_before=True,
    ),
    ActionSpec("full_screen", "View", "Full screen", "Fill the screen.", ("F11",), checkable=True),
    ActionSpec("motion", "View", "Animate changes", "Let layers glide to their places.", checkable=True),
    ActionSpec(
        "restore_panels",
        "View",
        "Restore panels",
        "Put every panel back where it was at first.",
        separator_before=True,
    ),
    ActionSpec("shortcuts", "Help", "Keyboard shortcuts", "List every shortcut.", ("F1", "?"), "keyboard"),
    ActionSpec("about", "Help", "About", "Say which version this is.", (), "info"),
)


def make_actions(parent: QWidget, handlers: dict[str, Callable[[], object]]) -> dict[str, QAction]:
    """Return a QAction for every spec, connected to its handler; KeyError when one has none."""
    actions: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(spec.text, parent)
        action.setObjectName(f"action_{spec.key}")
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setToolTip(tooltip(spec))
        action.setStatusTip("")
        action.setCheckable(spec.checkable)
        handler = handlers[spec.key]
        action.triggered.connect(lambda _=False, call=handler: call())
        parent.addAction(action)
        actions[spec.key] = action
    return actions


def show_undo_texts(actions: dict[str, QAction], stack: QUndoStack) -> None:
    """Say in the menu and the tooltips what Undo and Redo would do."""
    for key, able, text in (
        ("undo", stack.canUndo(), stack.undoText()),
        ("redo", stack.canRedo(), stack.redoText()),
    ):
        spec, action = by_key(ACTIONS, key, "action"), actions[key]
        action.setEnabled(able)
        action.setText(f"{spec.text} {text[:1].lower()}{text[1:]}" if able and text else spec.text)
        action.setToolTip(f"{spec.text}: {text} ({', '.join(spec.shortcuts)})" if able else tooltip(spec))


def tooltip(spec: ActionSpec) -> str:
    """Return the help of a command with its shortcuts."""
    keys = " or ".join(shown(keys) for keys in spec.shortcuts)
    return f"{spec.help} ({keys})" if keys else spec.help


def shown(keys: str) -> str:
    """Return a shortcut as this system writes it."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def set_icons(actions: dict[str, QAction], theme: Theme) -> None:
    """Give every action its icon in the theme's colours."""
    for spec in ACTIONS:
        if spec.icon:
            actions[spec.key].setIcon(icon(spec.icon, theme))
