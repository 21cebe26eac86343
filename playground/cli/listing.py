"""What there is: the examples that ship, and what is installed."""

import json
import sys
from typing import Annotated

import typer

from playground.cli.base import app


@app.command()
def examples(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list instead.")] = False,
) -> None:
    """List the examples that ship."""
    from playground.experiment import files

    found = {name: files.example(name) for name in files.examples()}
    if as_json:
        rows = [{"name": name, "title": e.name, "about": e.about} for name, e in found.items()]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    width = max(len(name) for name in found)
    for name, experiment in found.items():
        sys.stdout.write(f"{name:<{width}}  {experiment.about}\n")


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
    compile_first: Annotated[
        bool, typer.Option("--compile", help="First compile the fast kernels where they are missing.")
    ] = False,
) -> None:
    """Say what is installed and whether every device computes alike; exit code 1 when one does not."""
    from playground.training.doctor import examine

    if compile_first:
        sys.stderr.write("Kernels that are missing are compiled now; this takes about half a minute.\n")
    report = examine(compile_first)
    if as_json:
        sys.stdout.write(json.dumps(report.as_json(), ensure_ascii=False) + "\n")
    else:
        width = max(len(label) for label, _ in report.lines())
        for label, text in report.lines():
            sys.stdout.write(f"{label:<{width}}  {text}\n")
        sys.stdout.write(f"\n{report.verdict()}\n")
    if not report.is_well:
        raise typer.Exit(1)
