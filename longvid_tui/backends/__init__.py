"""Who plans, paints and films: plugins behind three small protocols (see contract/)."""
