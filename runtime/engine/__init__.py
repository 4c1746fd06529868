"""The tax-benefit engine: its catalog, its dataset format, and chunked computation of its variables."""
