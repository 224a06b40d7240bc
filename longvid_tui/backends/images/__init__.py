"""Image providers: words become a still."""
