"""From rows under rows, bill numbers and operations to lines."""
