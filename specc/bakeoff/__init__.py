"""Bake-offs carried out: cells run, results written, methods compared."""
