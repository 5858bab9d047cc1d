"""The exact dispatch engine: a network in hourly arrays, and an interior-point method on their structure."""
