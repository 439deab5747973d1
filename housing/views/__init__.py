"""The pages of the reporting, a module for each noun."""
