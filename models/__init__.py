"""HOW networks live: found, verified, loaded, run side by side; trained and evaluated."""
