"""What crosses the edge of the site: what comes in is checked here, and what goes out is made safe."""
