"""Tests of the life of projects: states, log, deadlines, gates, board."""
