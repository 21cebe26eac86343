"""The one object that the commands are registered with, and how they end."""

import typer

BAD_INPUT = 2

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Drag layers onto a diagram, press Play, and watch a neural network learn.",
)
