"""What each project of the list is worth in a scenario: alone, last of all, and free of any order."""
