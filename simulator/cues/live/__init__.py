"""What the live call hears in the trainee's voice while it runs."""
