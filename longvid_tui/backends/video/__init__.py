"""Video generators: two keyframes become a segment."""
