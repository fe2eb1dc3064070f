"""The bars of speed and size, measured as ratios against named peers in one run."""
