"""Cells to plain numbers and exact ids."""
