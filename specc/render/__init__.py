"""What people read: findings, plans, results. Plain text, the same on every terminal."""
