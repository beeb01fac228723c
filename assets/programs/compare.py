# pip install gradio_client
from gradio_client import Client, handle_file

client = Client("http://127.0.0.1:7860")
answer = client.predict(handle_file("photo.jpg"), api_name="/compare")
for face in answer["faces"]:
    for prediction in face["predictions"]:
        print(prediction["scenario"], prediction.get("distribution") or prediction["failure"])
