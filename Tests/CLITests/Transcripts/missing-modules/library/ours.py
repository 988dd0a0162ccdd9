"""A module of Python."""
