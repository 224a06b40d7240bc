"""longvid-tui: one prompt becomes a long film, from the terminal."""

__version__ = "0.1.0"
