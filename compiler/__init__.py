"""Specs in, diagnostics or a plan out: pure, light, without data."""
