"""Image providers: words become a keyframe."""
