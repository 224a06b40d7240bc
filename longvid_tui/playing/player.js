// Plays film.m3u8 while it grows: asks for it every two seconds and feeds what is near the play head to the browser.
"use strict";
const AHEAD = 60, BEHIND = 30, KEPT = 180, EVERY = 2000, TICK = 250; // seconds, seconds, seconds, ms, ms
const video = document.querySelector("video"), note = document.querySelector("#note");
let film = { entries: [], planned: 0, complete: false }, source, buffer, busy = false;

function parse(text) {
  const found = { entries: [], planned: 0, complete: text.includes("#EXT-X-ENDLIST") };
  let at = 0, seconds = 0;
  for (const line of text.split("\n")) {
    if (line.startsWith("# planned ")) found.planned = Number(line.slice(10));
    else if (line.startsWith("#EXT-X-MAP:")) found.header = line.split('"')[1];
    else if (line.startsWith("#EXTINF:")) seconds = parseFloat(line.slice(8));
    else if (line && !line.startsWith("#"))
      found.entries.push({ uri: line, start: at, end: (at += seconds) });
  }
  return { ...found, seconds: at };
}

async function bytes(uri) {
  const answer = await fetch(uri);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.arrayBuffer();
}

function codec(header) { // profile, compatibility and level stand after the name of the avcC box and its version
  const data = new Uint8Array(header);
  const at = data.findIndex((_, i) => String.fromCharCode(...data.slice(i, i + 4)) === "avcC") + 5;
  return "avc1." + [...data.slice(at, at + 3)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function open(at) {
  buffer = undefined;
  const header = await bytes(film.header);
  const opened = source = new MediaSource();
  video.src = URL.createObjectURL(opened);
  await new Promise((done) => opened.addEventListener("sourceopen", done, { once: true }));
  URL.revokeObjectURL(video.src);
  buffer = opened.addSourceBuffer(`video/mp4; codecs="${codec(header)}"`);
  const known = new Promise((done) => video.addEventListener("loadedmetadata", done, { once: true }));
  await settled(() => buffer.appendBuffer(header));
  opened.duration = film.seconds; // before that there is nowhere to go to
  await known;
  video.currentTime = at;
}

function settled(change) {
  return new Promise((done, fail) => {
    buffer.addEventListener("updateend", done, { once: true });
    buffer.addEventListener("error", fail, { once: true });
    change();
  });
}

function holds(entry) {
  const ranges = buffer.buffered;
  return [...Array(ranges.length).keys()].some(
    (i) => ranges.start(i) <= entry.start + 0.03 && ranges.end(i) >= entry.end - 0.03);
}

async function feed() {
  if (busy || !buffer) return;
  busy = true;
  try {
    const now = video.currentTime, held = buffer.buffered;
    const next = film.entries.find((e) => e.end > now - 0.1 && e.start < now + AHEAD && !holds(e));
    if (source.readyState === "open" && source.duration !== film.seconds) source.duration = film.seconds;
    if (held.length && held.start(0) < now - KEPT) await settled(() => buffer.remove(0, now - BEHIND));
    else if (held.length && held.end(held.length - 1) > now + KEPT)
      await settled(() => buffer.remove(now + AHEAD, Infinity));
    else if (next) { const data = await bytes(next.uri); await settled(() => buffer.appendBuffer(data)); }
    else if (film.complete && source.readyState === "open" && holds(film.entries.at(-1))) source.endOfStream();
  } catch (error) {
    note.textContent = `stopped: ${error.message || "the browser cannot play this"}`;
  }
  busy = false;
}

const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
async function look() {
  try {
    const before = film.entries, found = parse(new TextDecoder().decode(await bytes("film.m3u8")));
    const kept = before.every((entry, i) => found.entries[i]?.uri === entry.uri);
    film = found;
    note.textContent = `${clock(film.seconds)} of ${clock(film.planned)}: `
      + (film.complete ? "all of it is here" : "the rest follows as it is made");
    if (film.entries.length && (!source || !kept)) await open(kept ? 0 : Math.min(video.currentTime, film.seconds));
  } catch (error) {
    note.textContent = `${error.message}: is \`longvid-tui play\` still running?`;
  }
  setTimeout(look, EVERY);
}
if (window.MediaSource) {
  look();
  setInterval(feed, TICK);
} else { // Safari on a telephone plays the playlist itself
  video.src = "film.m3u8";
  note.textContent = "";
}
