"""Cells to numbers, where the text and the double behind it differ."""

import pyarrow as pa

from deminimis.model import schema
from deminimis.model.cells import typed_column


def test_a_number_cell_of_thousands_of_digits_is_its_double():
    column = schema()["lines"]["quantity"]
    read = typed_column(column, pa.array(["0." + "1" * 5000]), pa.array([1 / 9]))
    assert (read.values.to_pylist(), read.faults, read.long_decimals) == ([1 / 9], (), {})
