"""What runs inside other systems."""
