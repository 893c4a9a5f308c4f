"""Who is admitted to the page: sessions, the login form, and the gate that every request passes."""
