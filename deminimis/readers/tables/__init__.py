"""Where tables stand, what their columns mean, and which rows count."""
