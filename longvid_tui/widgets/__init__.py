"""The panes of the screen: each draws rows of styled text from the view, one line at a time."""
