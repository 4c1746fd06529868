"""Calibration: move survey weights as little as possible so that weighted totals meet declared facts."""
