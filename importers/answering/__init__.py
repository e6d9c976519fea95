"""What people say of files beyond the files themselves: answers, mapped columns, and what is asked."""
