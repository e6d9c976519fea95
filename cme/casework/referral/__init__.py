"""The referral: its canonical form, what it still lacks, whom it goes to, and what follows it."""
