"""Carries out a plan: data, models, solvers, engine. Knows nothing of specs."""
