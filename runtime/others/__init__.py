"""Datasets that no plan made: read as frames, and compared with a run on its own facts."""
