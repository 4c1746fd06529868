"""A store that is not on this machine: read in a local one in front of it, and sent what is built there."""
