"""The worker of `wan-warm`: code for Wan's own interpreter, which knows nothing of ours."""
