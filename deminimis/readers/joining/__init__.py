"""Files joined by any of the numbers a part has."""
