// The form: one slider and one number for each field of a load, and where the stack goes.

const STEPS = 1000;
const TITLES = {
  requests_per_s: "Requests a second",
  concurrent_executions: "Executions at once",
  execution_s: "Seconds an execution takes",
  tokens_per_execution: "Tokens an execution",
  documents: "Documents",
  tokens_per_document: "Tokens a document",
  retention_days: "Retention, days",
  availability_percent: "Availability, percent",
};
const AVAILABILITIES = [90, 95, 99, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99];

// A slider's position is on a logarithmic scale, so that 10 and 100,000 are both easy to reach.
function scale(field) {
  if (field.name === "availability_percent") {
    return {
      most: AVAILABILITIES.length - 1,
      toValue: (position) => AVAILABILITIES[position],
      toPosition: (value) => AVAILABILITIES.reduce((best, step, index) =>
        Math.abs(step - value) < Math.abs(AVAILABILITIES[best] - value) ? index : best, 0),
    };
  }
  const offset = field.least > 0 ? 0 : 1;
  const low = Math.log(field.least + offset);
  const high = Math.log(field.most + offset);
  return {
    most: STEPS,
    toValue: (position) => tidy(Math.exp(low + (high - low) * position / STEPS) - offset, field),
    toPosition: (value) => Math.round((Math.log(Math.max(field.least, value) + offset) - low) / (high - low) * STEPS),
  };
}

// Two digits that matter: nobody plans for 12,347 documents.
function tidy(value, field) {
  const rounded = Number(value.toPrecision(2));
  const kept = field.whole ? Math.round(rounded) : rounded;
  return Math.min(field.most, Math.max(field.least, kept));
}

export function makeControls(form, onChange) {
  const inputs = new Map();
  const holder = document.getElementById("fields");
  for (const field of form.fields) {
    inputs.set(field.name, makeField(holder, field, onChange));
  }
  const place = makePlace(form, onChange);
  return {
    read: () => ({
      load: Object.fromEntries([...inputs].map(([name, input]) => [name, input.read()])),
      target: place.target(),
      environment: place.environment(),
    }),
    write(state) {
      for (const [name, value] of Object.entries(state.load ?? {})) inputs.get(name)?.write(value);
      place.write(state);
    },
    reset() {
      for (const field of form.fields) inputs.get(field.name).write(field.default);
      place.write({ target: form.targets.local, environment: form.environments.at(-1) });
    },
    mark(keys) {
      for (const [name, input] of inputs) input.mark(keys.includes(`load.${name}`));
    },
  };
}

function makeField(holder, field, onChange) {
  const box = document.createElement("div");
  box.className = "field";
  const label = document.createElement("label");
  label.htmlFor = field.name;
  label.textContent = TITLES[field.name] ?? field.name;
  const pair = document.createElement("div");
  pair.className = "pair";
  const { most, toValue, toPosition } = scale(field);
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: 0, max: most, step: 1, id: `${field.name}-slider` });
  slider.setAttribute("aria-label", label.textContent);
  const number = document.createElement("input");
  Object.assign(number, { type: "number", min: field.least, max: field.most, step: field.whole ? 1 : "any", id: field.name });
  const text = document.createElement("small");
  text.id = `${field.name}-text`;
  text.textContent = field.text;
  number.setAttribute("aria-describedby", text.id);
  pair.append(slider, number);
  box.append(label, pair, text);
  holder.append(box);

  const show = (value) => {
    slider.value = toPosition(value);
    slider.setAttribute("aria-valuetext", String(value));
  };
  const write = (value) => { number.value = value; show(value); };
  slider.addEventListener("input", () => { write(toValue(Number(slider.value))); onChange(); });
  number.addEventListener("input", () => { show(Number(number.value)); onChange(); });
  write(field.default);
  return {
    // An empty number is sent as it is: the answer names the field and what is allowed.
    read: () => number.value === "" ? null : Number(number.value),
    write,
    mark: (wrong) => number.setAttribute("aria-invalid", String(wrong)),
  };
}

function makePlace(form, onChange) {
  const [target, environment, context, region, zones] =
    ["target", "environment", "context", "region", "zones"].map((id) => document.getElementById(id));
  for (const kind of Object.keys(form.targets)) target.add(new Option(kind));
  for (const name of form.environments) environment.add(new Option(name));
  environment.value = "production";

  const fill = (place) => {
    target.value = place.kind;
    context.value = place.context ?? "";
    region.value = place.region ?? "";
    zones.value = (place.zones ?? []).join(", ");
    const has = (key) => key in form.targets[place.kind];
    document.getElementById("context-field").hidden = !has("context");
    document.getElementById("region-field").hidden = !has("region");
    document.getElementById("zones-field").hidden = !has("zones");
  };
  target.addEventListener("change", () => { fill(form.targets[target.value]); onChange(); });
  for (const input of [environment, context, region, zones]) input.addEventListener("input", onChange);
  fill(form.targets.local);

  const names = () => zones.value.split(",").map((zone) => zone.trim()).filter(Boolean);
  return {
    target() {
      const example = form.targets[target.value];
      const place = { kind: target.value };
      if ("context" in example) place.context = context.value;
      if ("region" in example) place.region = region.value;
      // Azure's zones are numbers.
      if ("zones" in example) place.zones = names().map((zone) => target.value === "azure" && /^\d$/.test(zone) ? Number(zone) : zone);
      return place;
    },
    environment: () => environment.value,
    write(state) {
      if (state.target && state.target.kind in form.targets) fill(state.target);
      if (form.environments.includes(state.environment)) environment.value = state.environment;
    },
  };
}
