// The tables and cards. Text only ever enters the page as text.

export const SIZES = ["minimum", "enterprise", "custom"];
const QUANTITIES = [["cpu", "cores"], ["memory_gib", "GiB"], ["storage_gib", "GiB disk"]];
const SHOWN_WARNINGS = 3;
const CLOUDS = { aws: "AWS", gcp: "Google Cloud", azure: "Azure" };

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value; else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export function figure(value) {
  if (value === 0) return "0";
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}

const percent = (share) => `${Math.round(share * 100)} %`;

export function showCards(answer) {
  const cards = SIZES.map((name) => {
    const size = answer.sizes[name];
    const fit = answer.tiers[name];
    const carries = fit ? fit.carries : true;
    const chosen = answer.tier === name;
    const badge = element("span", { className: `badge ${carries ? "good" : "bad"}` }, carries ? "✓ carries it" : "✗ too little");
    const top = element("div", { className: "top" }, element("h3", {}, name), badge);
    const list = element("dl", {});
    const up = fit ? fit.availability_percent : answer.base.availability_percent;
    for (const [term, value] of [
      ["Cores", figure(size.total.cpu)],
      ["Memory", `${figure(size.total.memory_gib)} GiB`],
      ["Disk", `${figure(size.total.storage_gib)} GiB`],
      ["Expected up", `${up.toFixed(3)} %`],
    ]) list.append(element("dt", {}, term), element("dd", {}, value));
    const card = element("article", { className: `card ${chosen ? "chosen" : ""}` }, top, list);
    if (!fit) card.append(element("p", { className: "quiet" }, `Made to measure, from ${answer.custom.from}.`));
    if (chosen) card.append(element("p", {}, element("strong", {}, fit ? "The smallest that carries this load" : "For this load")));
    const lacks = fit ? shortages(fit) : [];
    if (lacks.length) card.append(element("ul", {}, ...lacks.map((text) => element("li", {}, text))));
    return card;
  });
  document.getElementById("cards").replaceChildren(...cards);
}

const UNITS = { cpu: "cores", memory_gib: "GiB of memory", storage_gib: "GiB of disk", replicas: "replicas", network_gbps: "Gbit/s" };

function shortages(fit) {
  const lines = fit.shortages.map((s) => `${s.component}: ${figure(s.needs)} ${UNITS[s.quantity]} needed, ${figure(s.has)} there`);
  return fit.available_enough ? lines : ["Not up often enough", ...lines];
}

export function showComponents(answer) {
  const head = element("tr", {}, element("th", { scope: "col" }, "component"), element("th", { scope: "col" }, "this load needs"),
    ...SIZES.map((name) => sizeHead(answer, name)));
  const body = Object.keys(answer.needs).map((component) => {
    const needs = answer.needs[component];
    const wanted = inTwoLines(QUANTITIES.filter(([key]) => key in needs).map(([key, unit]) => [key, `${figure(needs[key])} ${unit}`]));
    const row = element("tr", {}, element("th", { scope: "row" }, component),
      element("td", { className: "quiet" }, ...lines(wanted.length ? wanted : ["no rule; the tier's row"])));
    for (const name of SIZES) row.append(componentCell(answer, name, component));
    return row;
  });
  document.getElementById("components").replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
}

function componentCell(answer, name, component) {
  const has = answer.sizes[name].rows[component];
  const needs = answer.needs[component];
  const short = (key) => key in needs && needs[key] > has[key] * (1 + 1e-9);
  const values = QUANTITIES.map(([key, unit]) => [key, `${figure(has[key])} ${unit}${short(key) ? " ✗" : ""}`]);
  values.push(["replicas", `× ${has.replicas}${short("replicas") ? " ✗" : ""}`]);
  values.push(["zones", `${has.zones} ${has.zones === 1 ? "zone" : "zones"}`]);
  const wrong = [...QUANTITIES.map(([key]) => key), "replicas"].some(short);
  return element("td", { className: wrong ? "short" : answer.tier === name ? "chosen" : "" }, ...lines(inTwoLines(values)));
}

// What it computes with, and below it what it keeps and how often it runs.
function inTwoLines(values) {
  const joined = (first) => values.filter(([key]) => (key === "cpu" || key === "memory_gib") === first).map(([, text]) => text).join(" · ");
  return [joined(true), joined(false)].filter(Boolean);
}

const lines = (texts) => texts.map((text) => element("span", { className: "value" }, text));

const sizeHead = (answer, name) =>
  element("th", { scope: "col", className: answer.tier === name ? "chosen" : "" }, name);

export function showClouds(answer) {
  const head = element("tr", {}, element("th", { scope: "col" }, "cloud"), ...SIZES.map((name) => sizeHead(answer, name)));
  const body = Object.entries(CLOUDS).map(([cloud, title]) => element("tr", {}, element("th", { scope: "row" }, title),
    ...SIZES.map((name) => element("td", { className: answer.tier === name ? "chosen" : "" }, ...cloudCell(answer.sizes[name].clouds[cloud])))));
  document.getElementById("clouds").replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
}

function cloudCell(cloud) {
  if (cloud.problems.length) return cloud.problems.map(problemBox);
  const items = cloud.pools.map((pool) => element("li", {},
    element("strong", {}, `${pool.nodes} × ${pool.sku}`), ` ${pool.name} `,
    element("span", { className: "quiet" }, `(${pool.vcpu} vCPU, ${figure(pool.memory_gib)} GiB; ${percent(pool.cpu_used)} cores, ${percent(pool.memory_used)} memory)`)));
  for (const [component, text] of Object.entries(cloud.managed)) {
    const cut = text.indexOf(" (");
    items.push(element("li", {}, element("strong", {}, cut < 0 ? text : text.slice(0, cut)), ` ${component} `,
      element("span", { className: "quiet" }, cut < 0 ? "" : text.slice(cut + 1))));
  }
  return [element("ul", {}, ...items)];
}

const problemBox = (problem) => element("div", { className: "problem" }, problem.text);

function warningBox(warning) {
  const mend = warning.mend[0].toUpperCase() + warning.mend.slice(1);
  return element("div", { className: "warning" }, element("strong", {}, `${warning.key}: `), `${warning.text}. ${mend}.`);
}

export function showWarnings(answer) {
  const cards = SIZES.map((name) => {
    const size = answer.sizes[name];
    const card = element("article", { className: "card" }, element("h3", {}, name), ...size.problems.map(problemBox));
    const boxes = size.warnings.map(warningBox);
    card.append(...boxes.slice(0, SHOWN_WARNINGS));
    const rest = boxes.slice(SHOWN_WARNINGS);
    if (rest.length) card.append(element("details", {}, element("summary", {}, `${rest.length} more`), ...rest));
    if (!size.problems.length && !size.warnings.length) card.append(element("p", { className: "quiet" }, "None."));
    return card;
  });
  document.getElementById("warnings").replaceChildren(...cards);
}

export function showArithmetic(answer) {
  const parts = answer.steps.map((step) => element("p", {}, step));
  let previous = null;
  for (const line of answer.lines) {
    if (line.component !== previous) parts.push(element("h3", {}, line.component));
    previous = line.component;
    parts.push(element("p", {}, line.text));
  }
  for (const [name, fit] of Object.entries(answer.tiers)) {
    parts.push(element("h3", {}, `availability of ${name}, by assumed frequencies`), ...fit.availability_arithmetic.map((text) => element("p", {}, text)));
  }
  document.getElementById("arithmetic").replaceChildren(...parts);
  const on = answer.measured_on;
  document.getElementById("measured").textContent =
    `Processor time and disk were measured on ${on.machine} (${on.date}, ${on.operations} operations of each kind): read them as ratios. ` +
    "`andamio size-rates` measures them again; stacks/load_model/rates.toml has them all, and why each other figure was assumed.";
}
