"""A stand-in for the services: a real HTTP server on this machine that answers as their documentation says."""
