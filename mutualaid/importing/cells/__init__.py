"""What stands in a cell, as a value: moments, numbers, ways to reach people, names of the catalogue."""
