"""Spreadsheets to grids, and what their XML says beyond the values."""
