"""One share of a table of lines that was read in pieces: its lines and numbers gathered, and chosen from.

A share holds all lines of its parents, and every number whose key is of the share.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from deminimis.catalogues.line_pieces import PieceRead, Rows, plain_table
from deminimis.model import arrow_schema


def one_share(read: PieceRead, what: str, share: int) -> pa.Table:
    """Return the lines or the numbers of one share of what was read."""
    table: pa.Table = getattr(read, what)[share]
    return table


def gather_lines(*tables: pa.Table) -> pa.Table:
    """Return the lines of one share in their order."""
    table = pa.concat_tables(tables)
    return table.take(pa.array(np.argsort(table["order"].to_numpy(), kind="stable")))


def gather_numbers(*tables: pa.Table) -> pa.Table | None:
    """Return the numbers of one share, each once for every unit; None if two of them have one key.

    Parameters
    ----------
    *tables : pyarrow.Table
        From pieces: key, proof, number, unit, as_child, as_parent.
    """
    frame = pl.DataFrame(pa.concat_tables(tables))
    if (frame.group_by("key").agg(pl.col("proof").n_unique())["proof"] > 1).any():
        return None
    first = [pl.col("number").first(), pl.col("as_child").min(), pl.col("as_parent").min()]
    return plain_table(frame.group_by("key", "unit", maintain_order=True).agg(first))


def telling_rows(lines: pa.Table) -> Rows:
    """Return rows of a share that say something no sum says.

    Parameters
    ----------
    lines : pyarrow.Table
        Of one share.

    Returns
    -------
    ndarray (k,)
        Of every parent one row for each pair of dates; all rows of parents that several tables give, or that have
        alternates; of every table the first row with scrap, and the one with the most.
    """
    frame = pl.DataFrame(lines)
    picked = []
    if dated := [name for name in ("valid_from", "valid_to") if name in lines.column_names]:
        given = frame.filter(pl.any_horizontal(pl.col(dated).is_not_null()))
        picked.append(given.unique(["parent", *dated], keep="first", maintain_order=True)["order"])
    several = frame.select("parent", "place").unique().filter(pl.col("parent").is_duplicated())["parent"]
    picked.append(frame.filter(pl.col("parent").is_in(several.unique().implode()))["order"])
    if "alternate_group" in lines.column_names:
        parents = frame.filter(pl.col("alternate_group").is_not_null())["parent"].unique()
        picked.append(frame.filter(pl.col("parent").is_in(parents.implode()))["order"])
    if "scrap_percent" in lines.column_names:
        scrap = frame.filter(pl.col("scrap_percent") > 0).group_by("place")
        picked.append(scrap.agg(pl.col("order").min())["order"])
        picked.append(scrap.agg(pl.col("order").sort_by("scrap_percent").last())["order"])
    return np.unique(np.concatenate([rows.to_numpy() for rows in picked]))


def take_lines(lines: pa.Table, wanted: Rows, whole: npt.NDArray[np.uint64]) -> pa.Table:
    """Return some lines of a share.

    Parameters
    ----------
    lines : pyarrow.Table
        Of one share.
    wanted : ndarray (k,)
        Rows; those of other shares do no harm.
    whole : ndarray (p,)
        Keys of parents of which all lines are wanted.
    """
    of_row = np.isin(lines["order"].to_numpy(), wanted)
    return lines.filter(pa.array(of_row | np.isin(lines["parent"].to_numpy(), whole)))


def as_lines(taken: pa.Table, parent: pa.Array, child: pa.Array) -> pa.Table:
    """Return lines in the columns of the model.

    Parameters
    ----------
    taken : pyarrow.Table
        In the columns of a share.
    parent, child : pyarrow array
        Part numbers of both ends.
    """
    ends = {"parent": parent, "child": child}
    model = arrow_schema("lines")
    arrays = []
    for field in model:
        if field.name in ends:
            arrays.append(ends[field.name])
        elif field.name in taken.column_names:
            arrays.append(taken[field.name].combine_chunks().cast(field.type))
        else:
            arrays.append(pa.nulls(len(taken), field.type))
    kinds = [pa.field(field.name, array.type) for field, array in zip(model, arrays, strict=True)]
    return pa.Table.from_arrays(arrays, schema=pa.schema(kinds))
