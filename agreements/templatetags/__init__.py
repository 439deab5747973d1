"""Building blocks of the registers' pages."""
