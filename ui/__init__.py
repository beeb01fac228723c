"""What a person sees. Only this package and app.py know Gradio."""
