// npm install @gradio/client
import { readFile } from "node:fs/promises";
import { Client } from "@gradio/client";

const client = await Client.connect("http://127.0.0.1:7860");
const photo = new Blob([await readFile("photo.jpg")]);
const { data: [answer] } = await client.predict("/compare", { image: photo });
for (const face of answer.faces)
  for (const { scenario, distribution, failure } of face.predictions)
    console.log(scenario, distribution ?? failure);
process.exit(); // the client would keep its connection open
