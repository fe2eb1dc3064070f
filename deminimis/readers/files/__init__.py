"""What a file is: bytes, kind, encoding; text, HTML, XML and printed lists to grids."""
