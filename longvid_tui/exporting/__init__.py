"""Hands the film over: clips for other players and editors, edit lists, storyboards, stills."""
