"""A supplier's answer to a request, as a workbook or JSON."""
