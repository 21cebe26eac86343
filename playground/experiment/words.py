"""Turns what pydantic reports into a sentence that names the thing and what is allowed."""

from pydantic import ValidationError


def first_problem(error: ValidationError) -> str:
    """Return the first problem of a validation error as one sentence."""
    detail = error.errors(include_url=False)[0]
    where = " > ".join(_place(part) for part in detail["loc"])
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        message = str(context.get("error", detail["msg"]))
    elif detail["type"] == "extra_forbidden":
        message = "is not a field this program knows"
    elif detail["type"] == "missing":
        message = "is missing"
    else:
        shown = repr(detail["input"])
        message = f"{_lower_first(detail['msg'])}, not {shown if len(shown) < 60 else shown[:57] + '...'}"
    return f"{where}: {message}." if where else f"{message[:1].upper()}{message[1:]}."


def _place(part: int | str) -> str:
    return f"number {part + 1}" if isinstance(part, int) else part.replace("_", " ")


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
