"""Many files and large tables: one run over a whole catalogue."""
