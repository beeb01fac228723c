// The camera's page. `element` is the page's part, `server.read_frame` asks the models (ui/live.py).
// One frame is on its way at a time: while it is answered the camera's other frames are let go.
const SIDE = 480; // pixels, the long side of a frame that is sent
const MOST = 6; // frames a second, at most
const SLOW = 1.5; // frames a second; below it the page says so
const MEASURED = 8; // frames over which the rate is taken
const STALE = 1000; // milliseconds after which a box no longer lies on the face
const LATER = 400; // milliseconds until the next try where a frame was not read
const SPOKEN = 5000; // milliseconds between two announcements to a screen reader
const NOTHING = {}; // the answer of a model that was not asked

const live = element.querySelector(".live");
const words = JSON.parse(live.dataset.words);
const find = (name) => live.querySelector(name);
const video = find("video"), frame = find(".live-frame"), box = find(".live-box");
const button = find(".live-start"), rate = find(".live-rate"), notice = find(".notice");
const spoken = live.querySelector(".unseen");
const canvas = document.createElement("canvas");
let stream = null; // the camera while it is on
let run = 0; // grows with each start and stop, so that what belongs to an earlier one ends
let times = [], saidAt = 0, missed = 0; // missed: frames without a face, one after the other

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function say(state, problem = false) {
  const sentence = state ? words[state] : "";
  notice.hidden = !sentence;
  if (notice.textContent !== sentence) notice.textContent = sentence;
  notice.className = `notice ${problem ? "problem" : "hint"}`;
}

function release() {
  run += 1;
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = video.srcObject = null;
  times = [];
  live.classList.remove("on", "mirrored");
  box.style.display = "none";
  rate.textContent = spoken.textContent = "";
  button.textContent = words.start;
}

function stop(state, problem = false) {
  release();
  say(state, problem);
}

// What the browser's refusal means (W3C Media Capture and Streams, getUserMedia).
function refusal(error) {
  if (["NotAllowedError", "SecurityError"].includes(error.name)) return "denied";
  if (["NotFoundError", "OverconstrainedError"].includes(error.name)) return "none";
  return "taken";
}

async function start() {
  release();
  const mine = run;
  if (!navigator.mediaDevices?.getUserMedia)
    return say(isSecureContext ? "none" : "insecure", true);
  say("asking");
  let camera;
  try {
    camera = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 } },
    });
  } catch (error) {
    return mine === run ? say(refusal(error), true) : undefined;
  }
  if (mine !== run) return camera.getTracks().forEach((track) => track.stop());
  stream = video.srcObject = camera;
  const [track] = stream.getVideoTracks();
  track.addEventListener("ended", () => { if (stream === camera) stop("lost", true); });
  live.classList.add("on");
  live.classList.toggle("mirrored", track.getSettings().facingMode !== "environment");
  button.textContent = words.stop;
  say("");
  await video.play();
  await follow(mine);
}

function grab() {
  const scale = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.85);
}

async function follow(mine) {
  let failures = 0;
  while (mine === run) {
    if (!live.isConnected) return release();
    if (!video.videoWidth) { await pause(50); continue; }
    const began = performance.now();
    const ticked = [...live.querySelectorAll(".live-models input:checked")];
    let answer;
    try {
      answer = await server.read_frame({ frame: grab(), slugs: ticked.map((tick) => tick.value) });
    } catch (error) {
      console.warn(error);
    }
    answer ??= { state: "broken" }; // Gradio keeps it to itself where nobody answered
    if (mine !== run) return;
    failures = answer.state === "broken" ? failures + 1 : 0;
    if (failures > 2) return stop("broken", true);
    if (!failures) paint(answer);
    const took = performance.now() - began;
    if (took > STALE) box.style.display = "none"; // the face has moved on since
    const later = ["crowd", "broken"].includes(answer.state) ? LATER : 0;
    await pause(Math.max(later, 1000 / MOST - took));
    if (mine === run && answer.answers) count(performance.now() - began);
  }
}

function count(milliseconds) {
  times = [...times, milliseconds].slice(-MEASURED);
  const each = times.reduce((sum, time) => sum + time, 0) / times.length / 1000;
  const number = (1 / each).toLocaleString(document.documentElement.lang, {
    minimumFractionDigits: 1, maximumFractionDigits: 1,
  });
  rate.textContent = words.rate.replace("{number}", number);
  if (times.length > 2) say(1 / each < SLOW ? "slow" : "");
}

function paint(answer) {
  box.style.display = answer.face ? "block" : "none";
  missed = answer.state === "no_face" ? missed + 1 : 0;
  if (missed === 1) return; // a face that is lost for one frame only
  if (!answer.answers) say(answer.state);
  if (answer.state === "no_face") answer = { ...answer, answers: {} };
  if (!answer.answers) return;
  const sides = ["left", "top", "width", "height"];
  answer.face?.forEach((share, index) => { box.style[sides[index]] = `${100 * share}%`; });
  if (answer.face && times.length <= 2) say("");
  for (const column of live.querySelectorAll(".scenario")) {
    const found = answer.answers[column.dataset.scenario];
    if (column.querySelector(".top")) fill(column, found ?? NOTHING);
  }
  if (answer.face && Date.now() - saidAt > SPOKEN && spoken.textContent !== answer.spoken) {
    spoken.textContent = answer.spoken;
    saidAt = Date.now();
  }
}

// One model's answer, in place; a model that is not asked, or fails, shows none.
function fill(column, found) {
  column.querySelector(".top strong").textContent = found.top ?? "–";
  column.querySelector(".top span").textContent = found.bars?.[found.best][1] ?? "";
  column.querySelector(".known").textContent = found.failed ?? found.known ?? "";
  for (const row of column.querySelectorAll(".bars li")) {
    const [share, percent] = found.bars?.[row.dataset.emotion] ?? [0, "–"];
    row.classList.toggle("best", row.dataset.emotion === found.best);
    row.querySelector(".bar span").style.width = `${100 * share}%`;
    row.querySelector(".number").textContent = percent;
  }
}

button.addEventListener("click", () => (stream ? stop("stopped") : start()));
// Whoever leaves the page, or looks at another one, leaves no camera on.
document.addEventListener("visibilitychange", () => {
  if (document.hidden && stream) stop("left");
});
addEventListener("pagehide", release);
