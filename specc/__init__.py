"""The command line and the small public API."""
