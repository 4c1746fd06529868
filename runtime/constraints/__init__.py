"""The nearest point at which linear rules hold, row by row."""
