"""The catalogue job as a good data engineer would write it in DuckDB: integer keys, then one join and sum per level.

Run as `python -m benchmarks.duckdb_peer FOLDER OUT.parquet`. It reads lines, parts, declarations, prices and rates, and
writes one row per finished good: article value, controlled value low and high, and the verdict at 0.1 %.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

READ = """
CREATE TEMP TABLE numbered AS
SELECT row_number() OVER () - 1 AS part, number FROM (
    SELECT DISTINCT number FROM (
        SELECT parent AS number FROM read_parquet('{folder}/lines.parquet')
        UNION ALL SELECT child FROM read_parquet('{folder}/lines.parquet')
        UNION ALL SELECT part_number FROM read_parquet('{folder}/parts.parquet')));
CREATE TEMP TABLE line AS
SELECT p.part AS parent, c.part AS child, quantity AS net, quantity * (1 + coalesce(scrap_percent, 0) / 100) AS gross
FROM read_parquet('{folder}/lines.parquet') AS l
JOIN numbered AS p ON l.parent = p.number JOIN numbered AS c ON l.child = c.number;
CREATE TEMP TABLE stated AS
SELECT n.part, any_value(unit_value / per_base) AS value
FROM read_parquet('{folder}/parts.parquet') AS r JOIN numbered AS n ON r.part_number = n.number
JOIN read_parquet('{folder}/rates.parquet') AS m USING (currency) WHERE unit_value IS NOT NULL GROUP BY 1;
CREATE TEMP TABLE own AS
SELECT n.part,
       sum(amount / 1000 * typical * CASE WHEN material_origin = 'China' THEN 1 ELSE 0 END) AS low,
       sum(amount / 1000 * typical * CASE WHEN material_origin = 'China' OR material_origin IS NULL THEN 1 ELSE 0 END)
           AS high
FROM read_parquet('{folder}/declarations.parquet') AS d JOIN numbered AS n ON d.part_number = n.number
JOIN read_parquet('{folder}/prices.parquet') AS q USING (material) GROUP BY 1;
"""

LEVELS = """
CREATE TEMP TABLE level AS
SELECT part, 0 AS level FROM numbered WHERE part NOT IN (SELECT parent FROM line);
CREATE TEMP TABLE waiting AS SELECT parent, count(*) AS open FROM line GROUP BY 1;
"""

# A part is settled in the step in which the last of its children is.
NEXT_LEVEL = """
CREATE OR REPLACE TEMP TABLE waiting AS
SELECT w.parent, w.open - coalesce(s.settled, 0) AS open
FROM waiting AS w LEFT JOIN (
    SELECT l.parent, count(*) AS settled FROM line AS l JOIN level AS c ON l.child = c.part AND c.level = {level}
    GROUP BY 1) AS s USING (parent);
INSERT INTO level SELECT parent, {level} + 1 FROM waiting WHERE open = 0;
DELETE FROM waiting WHERE open = 0;
"""

BOTTOM = """
CREATE TEMP TABLE total AS
SELECT part, coalesce(s.value, 0) AS value, coalesce(o.low, 0) AS low, coalesce(o.high, 0) AS high
FROM level LEFT JOIN stated AS s USING (part) LEFT JOIN own AS o USING (part) WHERE level = 0;
CREATE TEMP TABLE levelled AS
SELECT l.*, v.level FROM line AS l JOIN level AS v ON l.parent = v.part ORDER BY v.level;
"""

ROLL_UP = """
INSERT INTO total
SELECT l.parent, coalesce(any_value(s.value), sum(l.gross * c.value)),
       coalesce(any_value(o.low), 0) + sum(l.net * c.low), coalesce(any_value(o.high), 0) + sum(l.net * c.high)
FROM levelled AS l JOIN total AS c ON l.child = c.part
LEFT JOIN stated AS s ON l.parent = s.part LEFT JOIN own AS o ON l.parent = o.part
WHERE l.level = {level} GROUP BY 1;
"""

VERDICTS = """
COPY (SELECT number AS part_number, value AS article_value, low, high,
             CASE WHEN high = 0 THEN 'below' WHEN low >= 0.001 * value THEN 'at_or_above'
                  WHEN high < 0.001 * value THEN 'below' ELSE 'undetermined' END AS verdict
      FROM total JOIN numbered USING (part)
      WHERE part NOT IN (SELECT child FROM line) AND part IN (SELECT parent FROM line))
TO '{out}' (FORMAT parquet);
"""


def judge_catalogue(folder: Path, out: Path) -> None:
    """Judge a catalogue of Parquet tables level by level."""
    base = duckdb.connect()
    base.execute("SET preserve_insertion_order = false")
    base.execute(READ.format(folder=folder))
    base.execute(LEVELS)
    level = 0
    while _count(base, f"SELECT count(*) FROM level WHERE level = {level}"):
        base.execute(NEXT_LEVEL.format(level=level))
        level += 1
    base.execute(BOTTOM)
    for above in range(1, level):
        base.execute(ROLL_UP.format(level=above))
    base.execute(VERDICTS.format(out=out))


def _count(base: duckdb.DuckDBPyConnection, question: str) -> int:
    row = base.execute(question).fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    judge_catalogue(Path(sys.argv[1]), Path(sys.argv[2]))
