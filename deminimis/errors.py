"""The exceptions, all of them.

Faults in the user's data are findings (`deminimis.model.Finding`), collected and never raised one by one. What stops
the road is one of these::

    DeminimisError
    ├── InputError            a file or table cannot be used at all
    │   ├── LayoutError       no table, or a column without which nothing can be said, was found in it
    │   └── TableError        strict mode: the findings hold errors
    ├── RuleError             the rulebook does not answer
    │   └── NoRuleOnDay       no instrument of that name existed on that day
    ├── ReferenceFault        a reference table of this package breaks its own rules
    ├── ReportError           a report cannot be written
    ├── QuestionError         a question names a part that is not there, or cannot be answered as it is put
    └── CatalogueError        a run over a catalogue cannot begin or go on

Each carries plain fields, pickles, and says what is wrong, where, and what to do.
"""

from __future__ import annotations

from typing import Any


class DeminimisError(Exception):
    """Base of every exception this package raises on purpose."""

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields
        self.__dict__.update(fields)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self.fields)


def _rebuild(kind: type[DeminimisError], message: str, fields: dict[str, Any]) -> DeminimisError:
    return kind(message, **fields)


class InputError(DeminimisError):
    """A file or table cannot be used at all; `file` names it."""


class LayoutError(InputError):
    """No table was found, or a column is missing without which nothing can be said."""


class TableError(InputError):
    """Strict mode: the data hold errors; `findings` lists them."""


class RuleError(DeminimisError):
    """The rulebook does not answer the question."""


class NoRuleOnDay(RuleError):
    """No instrument with that id exists on the day asked for; `on` is the day."""


class ReferenceFault(DeminimisError):
    """A reference table breaks its own rules: a row without source or date, or low above high."""


class ReportError(DeminimisError):
    """A report cannot be written; `path` says where."""


class QuestionError(DeminimisError):
    """A question names a part that is not there, or cannot be answered as it is put; `part_number` names the part."""


class CatalogueError(DeminimisError):
    """A run over a catalogue cannot begin or go on; `path` says where."""
