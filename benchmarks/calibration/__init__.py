"""Calibration at size: time, memory, fit and effective sample size by penalty."""
