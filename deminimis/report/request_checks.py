"""What a supplier's answer still lacks, as formulas of the request workbook: for each row in words, and counted."""

from __future__ import annotations

from deminimis.readers.answers.answer_format import DECLARATION, MASSES, answer_columns, answer_words
from deminimis.readers.answers.declared_material import STAGES


def row_formula(row: int) -> str:
    """Return the formula that says what one row still lacks, in words; "ok" where it lacks nothing.

    Parameters
    ----------
    row : int
        Of the spreadsheet, from 1.

    Examples
    --------
    >>> row_formula(2).startswith('=IF($B2="","",IF($F2="","choose yes, no or unknown"')
    True
    """
    cell = {column.name: f"${letter_of(column_of(column.name))}{row}" for column in answer_columns()}
    yes = f'{cell["contains"]}="yes"'
    countries = "&".join(cell[name] for name in STAGES)
    mass = "&".join(cell[name] for name in MASSES)
    steps = [
        (f'{cell["part_number"]}=""', ""),
        (f'{cell["contains"]}=""', "choose yes, no or unknown"),
        (f'{cell["contains"]}="unknown"', "ok"),
        (f'AND({cell["contains"]}="no",{mass}<>"")', "no, but a mass is given"),
        (f'AND({yes},{cell["material"]}="")', "choose the element"),
        (f'AND({yes},{cell["form"]}="")', "choose the form"),
        (f'AND({yes},{cell["mass"]}&{cell["mass_high"]}="")', "give the mass, or mass high"),
        (f"OR({','.join(f'ISTEXT({cell[name]})' for name in MASSES)})", "write the mass as a number"),
        (f'AND({yes},{countries}="")', "give the countries you know"),
        (f'{cell["evidence"]}=""', "choose the evidence"),
        (f"OR(ISTEXT({cell['valid_from']}),ISTEXT({cell['valid_to']}))", "write dates as YYYY-MM-DD"),
        (f'AND({cell["valid_to"]}<>"",{cell["valid_to"]}<TODAY())', "its last day is over"),
        (f'AND({cell["valid_to"]}<>"",{cell["valid_from"]}>{cell["valid_to"]})', "it ends before it begins"),
    ]
    return "=" + "".join(f'IF({test},"{words}",' for test, words in steps) + '"ok"' + ")" * len(steps)


def checker_formulas(last: int) -> list[tuple[str, str]]:
    """Return what the sheet Checker counts: words, and the formula.

    Parameters
    ----------
    last : int
        Last row of the sheet Declaration that is looked at, from 1.

    Examples
    --------
    >>> checker_formulas(9)[0][0]
    'parts without an answer'
    """

    def area(name: str) -> str:
        letter = letter_of(column_of(name))
        return f"{DECLARATION}!${letter}$2:${letter}${last}"

    asked, contains, ends = f'({area("part_number")}<>"")', area("contains"), area("valid_to")
    yes, answered = f'({contains}="yes")', f'(({contains}="yes")+({contains}="no"))'
    known = "".join(f'*({contains}<>"{word}")' for word in dict.fromkeys(answer_words("contains").values()))
    no_mass = "*".join(f'({area(name)}="")' for name in MASSES)
    no_country = "*".join(f'({area(name)}="")' for name in STAGES)
    texts = "+".join(f"ISTEXT({area(name)})" for name in MASSES)
    dates = "+".join(f"ISTEXT({area(name)})" for name in ("valid_from", "valid_to"))
    counts = [
        ("parts without an answer", f'{asked}*({contains}="")'),
        ("answers that are none of yes, no and unknown", f'({contains}<>""){known}'),
        ("answers without our part number", f'({contains}<>"")*({area("part_number")}="")'),
        ("yes without an element", f'{yes}*({area("material")}="")'),
        ("yes without a form", f'{yes}*({area("form")}="")'),
        ("yes without mass or mass high", f'{yes}*({area("mass")}="")*({area("mass_high")}="")'),
        ("no, but a mass is given", f'({contains}="no")*(({no_mass})=0)'),
        ("yes without any country", f"{yes}*{no_country}"),
        ("masses written as text", f"--(({texts})>0)"),
        ("answers without evidence", f'{answered}*({area("evidence")}="")'),
        ("dates written as text", f"--(({dates})>0)"),
        ("answers whose last day is over", f'({ends}<>"")*({ends}<TODAY())'),
        ("answers that end before they begin", f'({ends}<>"")*({area("valid_from")}>{ends})'),
    ]
    return [(words, f"=SUMPRODUCT({formula})") for words, formula in counts]


def column_of(name: str) -> int:
    """Return the column of the sheet Declaration, from 0; the first is the check."""
    return 1 + [column.name for column in answer_columns()].index(name)


def letter_of(column: int) -> str:
    """Return the letter of a column.

    Examples
    --------
    >>> letter_of(2)
    'C'
    """
    return chr(ord("A") + column)
