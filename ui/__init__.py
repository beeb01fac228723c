"""What a person sees. Only this package and app.py know Gradio."""

VERSION = "2026.11"  # of the app, year and month; stands in reports
