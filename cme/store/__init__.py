"""What is kept: tables, scoped query functions by subject, the audit chain, migrations."""
