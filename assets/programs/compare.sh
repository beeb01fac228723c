# Send the photo, ask about it, fetch the answer.
ADDRESS=http://127.0.0.1:7860/gradio_api
FILE=$(curl -s -F files=@photo.jpg $ADDRESS/upload | cut -d '"' -f 2)
ASKED='{"data": [{"path": "'$FILE'", "meta": {"_type": "gradio.FileData"}}]}'
EVENT=$(curl -s -H 'Content-Type: application/json' -d "$ASKED" $ADDRESS/call/compare | cut -d '"' -f 4)
curl -sN $ADDRESS/call/compare/$EVENT
