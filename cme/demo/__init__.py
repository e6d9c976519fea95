"""A synthetic authority to practise on: made-up people, and real files through the real pipeline."""
