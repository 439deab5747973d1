"""The pages of the comparison: dashboard, Opleveringen, parties, and their exports."""
