"""Planners: a prompt becomes a plan."""
