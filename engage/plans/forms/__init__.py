"""What officers and groups enter about plans."""
