"""The assessment as one HTML file: nothing is fetched, nothing runs, everything from the user is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from deminimis.assessment import Assessment, Good, Interval
from deminimis.model import Finding
from deminimis.report import words
from deminimis.report.digits import money_interval_text, number_text, share_text
from deminimis.report.document import write_whole
from deminimis.report.selection import by_severity, dilution, flagged, group_findings, worst_first

MAX_ROWS, MAX_GOODS, MAX_LINES, MAX_FINDINGS = 2000, 200, 20, 500

POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_page(assessment: Assessment, path: Path | str) -> None:
    """Write the assessment as one self-contained page.

    Parameters
    ----------
    assessment : Assessment
    path : Path or str

    Raises
    ------
    ReportError
        The file cannot be written.
    """
    write_whole(path, to_page(assessment).encode())


def to_page(assessment: Assessment) -> str:
    """Return the page."""
    goods = flagged(assessment)
    parts = [
        f"<h1>{_text(words.counts_text(assessment))}</h1>",
        f'<p class="quiet">{_text(words.status_text(assessment))}. {_text(words.status_caution(assessment))}</p>',
        _verdicts(assessment),
        *(_good(assessment, good) for good in goods[:MAX_GOODS]),
        _more(len(goods) - MAX_GOODS, "flagged finished good"),
        _findings(assessment.findings),
        "<h2>Rule</h2>",
        _table((), [[_cell(label, "word"), _cell(text)] for label, text in words.rule_rows(assessment)]),
        "<h2>Inputs</h2>",
        _table(("File", "SHA-256"), [[_cell(i.name), _cell(i.sha256)] for i in assessment.inputs]),
        f'<p class="quiet">deminimis {_text(assessment.version)}, reference {_text(assessment.reference_version)}</p>',
    ]
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    title = f"<title>deminimis report, {assessment.on.isoformat()}</title>"
    body = "\n".join(part for part in parts if part)
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    head += f"{title}<style>\n{style}</style>"
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _verdicts(assessment: Assessment) -> str:
    shown = worst_first(assessment, MAX_ROWS)
    headers = (
        "Finished good",
        "Description",
        ">Article value",
        ">Controlled value",
        ">Share",
        "Verdict",
        "Margin",
        "Valid until",
    )
    rows = [
        [
            _cell(good.part_number),
            _cell(words.one_line(good.description)),
            _cell(money_interval_text(good.article_value, good.currency), "figure"),
            _cell(money_interval_text(good.controlled_value, good.currency), "figure"),
            *_judged(assessment, good.share, good.verdict),
            _cell(words.margin_text(good)),
            _cell(words.until_text(good), "word"),
        ]
        for good in shown
    ]
    more = _more(len(assessment.goods) - len(shown), "finished good")
    return f"{_table(headers, rows)}{more}{_list(words.route_lines(assessment))}" if rows else ""


def _good(assessment: Assessment, good: Good) -> str:
    lines = [
        [
            _cell(line.part_number),
            _cell(words.spaced(line.material)),
            _cell(number_text(line.quantity), "figure"),
            _cell(words.contribution_text(line, good.currency), "figure"),
            _cell(words.part_of_text(line, good), "figure"),
            _cell(line.evidence, "word"),
            _cell(line.origin or "unknown", "word"),
            _cell(line.supplier),
            _cell(line.detail),
        ]
        for line in good.contributions[:MAX_LINES]
    ]
    items = [
        [_cell(item.part_number), *_judged(assessment, item.share, item.verdict)] for item in dilution(good, MAX_LINES)
    ]
    headers = ("Part", "Material", ">Quantity", ">Value", ">Of controlled", "Evidence", "Origin", "Supplier", "Detail")
    verdict = words.verdict_text(good.verdict, assessment.ruling.threshold)
    return "".join(
        (
            f"<h2>{_text(good.part_number)}: {_text(verdict)}</h2>",
            _list(words.good_lines(good)),
            _table(headers, lines, "Where it comes from") if lines else "",
            _more(len(good.contributions) - MAX_LINES, "contributing line"),
            _table(("Tested item", ">Share", "Verdict"), items, "Tested items inside, carrier first") if items else "",
            _more(len(good.tested_items) - MAX_LINES, "tested item"),
        )
    )


def _judged(assessment: Assessment, share: Interval, verdict: str) -> list[str]:
    threshold = assessment.ruling.threshold
    shown = _cell(share_text(share, threshold, verdict), "figure")
    return [shown, _cell(words.verdict_text(verdict, threshold), f"verdict {verdict}")]


def _findings(findings: Sequence[Finding]) -> str:
    parts = []
    for severity, found in by_severity(findings).items():
        kinds = [(f, 1) for f in found] if severity == "error" else [(k.first, k.count) for k in group_findings(found)]
        rows = [
            [
                _cell(f.code, "word"),
                _cell(words.place_text(f)),
                _cell(f.message),
                _cell(f.remedy),
                _cell(f"{count:,}", "figure"),
            ]
            for f, count in kinds[:MAX_FINDINGS]
        ]
        headers = ("Code", "Place", "Message", "Remedy", ">Count")
        parts.append(
            f"<h2>{words.SEVERITY_NAMES[severity]}: {len(found):,}</h2>{_table(headers, rows)}" if rows else ""
        )
        parts.append(_more(len(kinds) - MAX_FINDINGS, severity))
    return "".join(parts)


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    figure = ("<th>", '<th class="figure">')
    cells = "".join(f"{figure[name.startswith('>')]}{_text(name.removeprefix('>'))}</th>" for name in headers)
    head = f"<thead><tr>{cells}</tr></thead>" if headers else ""
    title = f"<caption>{_text(caption)}</caption>" if caption else ""
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<table>{title}{head}<tbody>{body}</tbody></table>\n"


def _cell(text: str, kind: str = "") -> str:
    return f'<td class="{kind}">{_text(text)}</td>' if kind else f"<td>{_text(text)}</td>"


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul>"


def _more(count: int, noun: str) -> str:
    return (
        f"<p>and {words.counted(count, f'more {noun}')}: see the workbook or the JSON report</p>" if count > 0 else ""
    )


def _text(text: str) -> str:
    return escape(words.plain(text))
