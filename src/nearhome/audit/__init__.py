"""What happened, who did it and when. Knows no stage."""
