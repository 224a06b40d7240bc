"""Pixels: pictures, clips and films. Knows files and sizes, never a project."""
