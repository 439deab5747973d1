"""Every kind of file that people, machines and ill-wishers may send, each with its outcome."""
