"""Committed facts that lint reads instead of data and engine: engine snapshots and source locks."""
