"""What must happen next: policy packs, cases, deadlines, the referral and the removal gate. Pure."""
