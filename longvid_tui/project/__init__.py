"""The film on disk: what the person wants, what happened, and what follows from both."""
