"""An assessment for people and programs: terminal, workbook, page, document. Formats only, never calculates."""

from __future__ import annotations

from pathlib import Path

from deminimis.assessment import Assessment
from deminimis.errors import ReportError
from deminimis.report.document import to_json, write_document

__all__ = ["SUFFIXES", "to_json", "write_report"]

SUFFIXES = (".xlsx", ".html", ".json")


def write_report(assessment: Assessment, path: Path | str) -> None:
    """Write an assessment to a file, in the format its name ends with.

    Parameters
    ----------
    assessment : Assessment
    path : Path or str
        Ends with .xlsx, .html or .json.

    Raises
    ------
    ReportError
        The name ends otherwise, or the file cannot be written.
    """
    suffix = check_suffix(path)
    if suffix == ".json":
        write_document(assessment, path)
    elif suffix == ".html":
        from deminimis.report.page import write_page

        write_page(assessment, path)
    else:
        # Slow import, needed only when a workbook is asked for.
        from deminimis.report.workbook import write_workbook

        write_workbook(assessment, path)


def check_suffix(path: Path | str) -> str:
    """Return the suffix of a report, so that a wrong name is refused before the work and not after it.

    Raises
    ------
    ReportError
        The name ends with none of the three.

    Examples
    --------
    >>> check_suffix("pump.XLSX")
    '.xlsx'
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise ReportError(
            f"a report ends with {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}, not {Path(path).name!r}", path=str(path)
        )
    return suffix
