"""Plays the film while it is being made: its beginning, as far as it is settled, over HTTP on this machine
only."""
