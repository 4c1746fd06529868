"""Figures with the commands that give them; each benchmark is `python -m benchmarks.NAME`."""
