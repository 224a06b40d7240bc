"""What the screen shows, computed from what the engine says: pure, standard library only."""
