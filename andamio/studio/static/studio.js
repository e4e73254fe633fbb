// The page's state: what was asked last, and which stack file is shown.

import { makeControls } from "./controls.js";
import { SIZES, element, showArithmetic, showCards, showClouds, showComponents, showWarnings } from "./tables.js";

const WAIT_MS = 150;
const status = document.getElementById("status");
let controls = null;
let latest = null;
let shownSize = null;
let waiting = null;
let asked = null;

function say(text, bad = false) {
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("bad", bad);
}

async function ask() {
  asked?.abort();
  const request = asked = new AbortController();
  const state = controls.read();
  history.replaceState(null, "", `#${encodeURIComponent(JSON.stringify(state))}`);
  try {
    const reply = await fetch("/api/size", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(state), signal: request.signal,
    });
    const answer = await reply.json();
    if (request.signal.aborted) return;
    controls.mark((answer.problems ?? []).map((problem) => problem.key));
    if (reply.ok) show(answer, state);
    else say((answer.problems ?? [{ text: answer.error }]).map((problem) => problem.text).join(" "), true);
  } catch (error) {
    if (error.name !== "AbortError") say("The studio does not answer: is `andamio studio` still running?", true);
  }
}

function show(answer, state) {
  latest = { answer, state };
  const custom = answer.tier === "custom";
  say(custom ? `Neither tier carries this load: use custom, from ${answer.custom.from}.` : `The ${answer.tier} tier carries this load.`);
  showCards(answer);
  showComponents(answer);
  showClouds(answer);
  showWarnings(answer);
  showArithmetic(answer);
  showFile(shownSize ?? answer.tier);
}

function showFile(name) {
  for (const radio of document.getElementsByName("size")) radio.checked = radio.value === name;
  const { answer, state } = latest;
  const size = answer.sizes[name];
  const suffix = state.environment === "production" ? "" : `-${state.environment}`;
  document.getElementById("file-name").textContent = size.file
    ? `Save it as stacks/Pulumi.${name}-${state.target.kind}${suffix}.yaml, then: andamio validate`
    : "There is no file for this size on this target:";
  document.getElementById("file").textContent = size.file ?? size.problems.map((problem) => problem.text).join("\n");
  document.getElementById("copy").hidden = !size.file;
}

async function copy() {
  const button = document.getElementById("copy");
  try {
    await navigator.clipboard.writeText(document.getElementById("file").textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(document.getElementById("file"));
    button.textContent = "Selected: press Ctrl-C";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, WAIT_MS);
}

function remembered() {
  try {
    return JSON.parse(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null;
  }
}

async function start() {
  const form = await (await fetch("/api/form")).json();
  controls = makeControls(form, later);
  const state = remembered();
  if (state && typeof state === "object") controls.write(state);
  document.getElementById("file-size").append(...SIZES.map((name) => {
    const radio = element("input", { type: "radio", name: "size", value: name });
    radio.addEventListener("change", () => { shownSize = name; showFile(name); });
    return element("label", {}, radio, ` ${name}`);
  }));
  document.getElementById("copy").addEventListener("click", copy);
  document.getElementById("load").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("reset").addEventListener("click", (event) => {
    event.preventDefault();
    shownSize = null;
    controls.reset();
    ask();
  });
  await ask();
}

start();
