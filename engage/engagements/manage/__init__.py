"""What officers do with engagements."""
"""The desk of engagements, for officers."""
