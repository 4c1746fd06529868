"""A clone of 1.5 million households: what assembling it takes."""
