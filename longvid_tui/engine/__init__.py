"""Decides what to make next and runs it; never draws a screen."""
