"""The registers by which single agreements are followed: what their rows add up to, in words.

Nothing here adds up what is unknown without saying on how much a sum rests.
"""
