// Copyright (c) 2026, the community.linkengage contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The page asks the simulator for new data and draws it. All data becomes text of an element, never markup.
"use strict";

const ROWS = 100; // number of rows on one page of a table; a browser draws this number without a delay
const PAUSE = 500; // milliseconds between two requests for new data
const BARS = 60;
const SILENCE = 3000; // after this number of milliseconds without a request, a new connection counts as a new run
const FAULTS = {
  "Next POST: error 500": { action: "status", match: { method: "POST" } },
  "Next answer is lost": { action: "drop_after" },
  "Next request is lost": { action: "drop_before" },
  "Next answer is cut": { action: "truncate" },
  "Next answer takes 5 seconds": { action: "delay", seconds: 5 },
};

const at = (id) => document.getElementById(id);
const data = { revision: "", contacts: [], groups: [], phones: [], folders: [], log: [], logName: "", seen: 0 };
const chosen = { phone: "", page: 0 };

function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

// Draw one child for each item. A child whose item is the same stays: a click, a selection and the place of the
// keyboard are kept, and a screen reader reads only what is new.
function fill(parent, items, draw, state = () => "") {
  const key = parent.contains(document.activeElement) && document.activeElement.dataset.key;
  const old = new Map([...parent.children].map((child) => [child.drawn, child]));
  const children = items.map((item) => {
    const drawn = JSON.stringify([item, state(item)]);
    const child = old.get(drawn) || draw(item);
    old.delete(drawn);
    child.drawn = drawn;
    return child;
  });
  const kept = new Set(children);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  let place = parent.firstChild;
  for (const child of children) {
    if (child === place) place = place.nextSibling;
    else parent.insertBefore(child, place);
  }
  if (key) [...parent.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key)?.focus();
}

// A text from the account. It has its own text direction, so that it never changes the order of other text.
const own = (text) => make("bdi", {}, text);
const more = (count, of, hint) => (count > ROWS ? `${count - ROWS} more ${of}. ${hint}` : "");

const clock = (iso) => iso.slice(0, 16).replace("T", " ");
const isWrite = (entry) => entry.method !== "GET";
const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

async function send(method, path, body) {
  const answer = await fetch(`/_control/${path}`, { method, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error((await answer.json()).error);
}

// Phones

const titleOf = (phone) => (phone.name ? `${phone.name}, +${phone.phone}` : `+${phone.phone}`);
const title = (phone) => (phone.name ? [own(phone.name), ", ", own(`+${phone.phone}`)] : [own(`+${phone.phone}`)]);
const digits = (text) => text.replace(/[^0-9]/g, "").replace(/^00/, "");

function drawPhones() {
  const wanted = at("phone-search").value.toLowerCase();
  const matches = (phone) =>
    titleOf(phone).toLowerCase().includes(wanted) ||
    phone.bubbles.some((bubble) => bubble.text.toLowerCase().includes(wanted));
  const found = data.phones.filter(matches);
  if (!chosen.phone && data.phones.length) chosen.phone = data.phones[0].phone;
  fill(at("phone-list"), found.slice(0, ROWS).map(asListed), phoneButton, (phone) => phone.phone === chosen.phone);
  at("phone-more").textContent = data.phones.length
    ? more(found.length, "phones", "Search to see them.")
    : "No phone has a message. Send one with linkengage_sms.";
  drawBubbles();
}

const asListed = (phone) => ({ ...phone, bubbles: phone.bubbles.slice(-1) });

function phoneButton(phone) {
  const last = make("small", { dir: "auto" }, phone.bubbles[0].text);
  const button = make("button", { type: "button" }, ...title(phone), last);
  button.dataset.key = phone.phone;
  if (phone.phone === chosen.phone) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => openPhone(phone.phone));
  return make("li", {}, button);
}

function openPhone(phone) {
  chosen.phone = phone;
  chosen.bottom = true;
  drawPhones();
}

function drawBubbles() {
  const phone = data.phones.find((one) => one.phone === chosen.phone) || { phone: chosen.phone, name: "", bubbles: [] };
  at("phone-title").replaceChildren(...(chosen.phone ? title(phone) : ["Choose a phone"]));
  at("reply").hidden = !chosen.phone;
  const thread = at("thread");
  const bottom = chosen.bottom || thread.scrollTop + thread.clientHeight >= thread.scrollHeight - 20;
  at("bubbles-more").textContent = more(phone.bubbles.length, "older messages", "Open the folders to see them.");
  fill(at("bubbles"), phone.bubbles.slice(-ROWS), bubble, () => phone.phone);
  if (bottom) thread.scrollTop = thread.scrollHeight;
  chosen.bottom = false;
}

function bubble(one) {
  const when = one.kind === "scheduled" ? `scheduled for ${clock(one.time)}` : clock(one.time);
  const facts = one.kind === "reply" ? [when, ", reply"] : [when, ", from ", own(one.sender)];
  const rest = one.kind === "reply" ? [] : [one.state, `${one.parts} SMS`].filter(Boolean);
  const line = make("small", {}, ...facts, ...rest.map((fact) => `, ${fact}`));
  return make("li", { className: one.kind }, make("p", { dir: "auto" }, one.text), line);
}

// Address book

function drawBook() {
  drawGroups();
  const group = data.groups.find((one) => String(one.id) === at("book-group").value);
  const members = group && new Set(group.members);
  const terms = at("book-search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const marked = at("book-marked").checked;
  const found = data.contacts.filter((contact) =>
    (!members || members.has(contact.id)) && (!marked || contact.marks.length) &&
    terms.every((term) => contact.searched.includes(term)));
  const pages = Math.max(1, Math.ceil(found.length / ROWS));
  chosen.page = Math.min(chosen.page, pages - 1);
  const first = chosen.page * ROWS;
  fill(at("contacts"), found.slice(first, first + ROWS), contactRow);
  const marks = data.contacts.filter((contact) => contact.marks.length).length;
  at("book-count").textContent =
    `${plural(found.length, "contact", "contacts")}, page ${chosen.page + 1} of ${pages}, ${marks} with a mark`;
  at("book-before").disabled = chosen.page === 0;
  at("book-after").disabled = chosen.page === pages - 1;
}

const cell = (text) => make("td", { className: "text", dir: "auto" }, text || "");

function contactRow(contact) {
  const marks = contact.marks.map((mark) => make("span", { className: "mark" }, mark));
  const number = make("td", { className: "whole" }, contact.number, ...marks);
  const id = make("td", { className: "whole" }, String(contact.id));
  const names = contact.groups.flatMap((name, index) => [index ? ", " : "", own(name)]);
  const groups = make("td", { className: "text" }, ...names);
  return make("tr", {}, id, cell(contact.name), number, cell(contact.email), groups, cell(contact.about));
}

function drawGroups() {
  const select = at("book-group");
  const before = select.value;
  const options = data.groups.map((group) => ({ id: String(group.id), name: group.name }));
  const option = (one) => make("option", { value: one.id, dir: "auto" }, one.name);
  fill(select, [{ id: "", name: "All contacts" }, ...options], option);
  select.value = data.groups.some((group) => String(group.id) === before) ? before : "";
  fill(at("groups"), data.groups.slice(0, ROWS).map((one) => ({ ...one, members: one.members.length })), groupButton);
  at("groups-more").textContent = more(data.groups.length, "groups", "Choose them in the list of groups above.");
}

function groupButton(group) {
  const members = make("small", {}, plural(group.members, "member", "members"));
  const button = make("button", { type: "button" }, own(group.name), members);
  button.dataset.key = String(group.id);
  button.addEventListener("click", () => {
    at("book-group").value = String(group.id);
    chosen.page = 0;
    drawBook();
    at("book-title").scrollIntoView();
  });
  return make("li", {}, button);
}

function readBook(news) {
  const groups = new Map();
  for (const group of news.groups) {
    for (const member of group.members) groups.set(member, [...(groups.get(member) || []), group.name]);
  }
  for (const contact of news.contacts) {
    contact.groups = groups.get(contact.id) || [];
    contact.searched = [contact.name, contact.number, contact.email, contact.about, contact.id].join(" ").toLowerCase();
  }
  Object.assign(data, { contacts: news.contacts, groups: news.groups, phones: news.phones, folders: news.folders });
}

// Folders

function drawFolders() {
  const open = new Set([...document.querySelectorAll("#folder-list details[open]")].map((one) => one.dataset.name));
  fill(at("folder-list"), data.folders, (folder) => folderPart(folder, open));
}

function folderPart(folder, open) {
  const summary = make("summary", {}, "– ".repeat(folder.depth), own(folder.name), ` (${folder.count})`);
  summary.dataset.key = folder.name;
  const heads = ["Time", "From", "To", "Text", "State"].map((head) => make("th", { scope: "col" }, head));
  const rows = folder.lines.slice(0, ROWS).map((line) => make("tr", {},
    make("td", { className: "whole" }, clock(line.time)), ...[line.from, line.to, line.text, line.state].map(cell)));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
  const region = make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": folder.name }, table);
  const hint = make("p", { className: "hint" }, more(folder.count, "messages", "The newest messages are shown."));
  const content = folder.count ? [region, hint] : ["Empty"];
  const details = make("details", { open: open.has(folder.name) }, summary, ...content);
  details.dataset.name = folder.name;
  return details;
}

// Requests

function readLog(log) {
  if (log.name !== data.logName) data.log = []; // the simulator was started again, or reset
  data.logName = log.name;
  const kept = data.log.filter((entry) => entry.n >= log.first && entry.n <= log.last);
  for (const entry of log.entries) entry.at = Date.parse(entry.time);
  const news = new Map(log.entries.map((entry) => [entry.n, entry]));
  data.log = [...kept.filter((entry) => !news.has(entry.n)), ...news.values()];
}

// The page asks again for entries without a status, because their answer comes later.
function lastKnown() {
  const waiting = data.log.slice(-50).find((entry) => entry.status === null && !entry.fault);
  const last = data.log.length ? data.log[data.log.length - 1].n : 0;
  return waiting ? waiting.n - 1 : last;
}

function drawRequests() {
  const shown = at("only-writes").checked ? data.log.filter(isWrite) : data.log;
  fill(at("log"), shown.slice(-ROWS).reverse(), logRow);
  const part = shown.length > ROWS ? `, the newest ${ROWS} are shown` : "";
  at("requests-count").textContent =
    `${plural(data.log.length, "request", "requests")}, ${data.log.filter(isWrite).length} of them write${part}`;
  drawTimeline();
}

function logRow(entry) {
  const failed = entry.status === null || entry.status >= 400;
  const status = entry.fault ? `${entry.status ?? "no answer"} (${entry.fault})`
    : entry.throttled ? `${entry.status} (throttle)` : String(entry.status ?? "…");
  const cells = [entry.n, entry.time.slice(11, 23)].map((value) => make("td", { className: "whole" }, String(value)));
  const method = make("td", { className: isWrite(entry) ? "write" : "" }, entry.method);
  const path = make("td", { className: "text" }, entry.path);
  return make("tr", {}, ...cells, method, path, make("td", { className: failed ? "bad" : "" }, status));
}

// A new program opens a new connection. So a run begins with a new connection after a pause. A pause in which the
// throttle makes a program wait does not count.
function runs(log) {
  const seen = new Set();
  const found = [];
  let before;
  for (const entry of log) {
    const pause = before ? entry.at - before.at : Infinity;
    if (pause > SILENCE && !seen.has(entry.connection) && !before?.throttled) found.push([]);
    if (!found.length) found.push([]);
    found[found.length - 1].push(entry);
    seen.add(entry.connection);
    before = entry;
  }
  return found;
}

function chosenRun() {
  const found = runs(data.log);
  const latest = { value: "", text: "The latest run" };
  const others = found.slice(0, -1).reverse().slice(0, ROWS).map((run) => ({
    value: String(run[0].n),
    text: `${clock(run[0].time)}${run[0].time.slice(16, 19)}, ${plural(run.length, "request", "requests")}`,
  }));
  const select = at("run");
  const before = select.value;
  const all = { value: "all", text: "All requests" };
  fill(select, [latest, ...others, all], (one) => make("option", { value: one.value }, one.text));
  select.value = [...select.options].some((option) => option.value === before) ? before : "";
  if (select.value === "all") return data.log;
  return found.find((run) => String(run[0].n) === select.value) || found[found.length - 1] || [];
}

function drawTimeline() {
  const log = chosenRun();
  const [first, last] = log.length ? [log[0].at, log[log.length - 1].at] : [0, 0];
  const width = Math.max(1000, last - first + 1) / BARS;
  const bars = Array.from({ length: BARS }, () => ({ reads: 0, writes: 0, throttled: 0 }));
  for (const entry of log) {
    const bar = bars[Math.max(0, Math.min(BARS - 1, Math.floor((entry.at - first) / width)))];
    bar[entry.throttled ? "throttled" : isWrite(entry) ? "writes" : "reads"] += 1;
  }
  const most = Math.max(1, ...bars.map((bar) => bar.reads + bar.writes + bar.throttled));
  at("timeline").replaceChildren(picture(bars, most));
  const total = (name) => bars.reduce((sum, bar) => sum + bar[name], 0);
  const seconds = Math.round((width * BARS) / 1000);
  const sums = ["reads", "writes", "throttled"].map((name) => `${total(name)} ${name}`);
  const summary = `${sums.join(", ")} in ${seconds} s`;
  at("timeline").setAttribute("aria-label", summary);
  const ends = log.length ? [log[0].time, log[log.length - 1].time] : ["", ""];
  at("run-begin").textContent = ends[0].slice(11, 19);
  at("run-end").textContent = ends[1].slice(11, 19);
  at("run-sum").textContent = log.length ? `${summary}. The highest bar is ${most}.` : "No requests";
}

function picture(bars, most) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", `0 0 ${BARS} 100`);
  svg.setAttribute("preserveAspectRatio", "none");
  bars.forEach((bar, index) => {
    let top = 100;
    for (const name of ["reads", "writes", "throttled"]) {
      const height = (bar[name] / most) * 100;
      top -= height;
      const box = document.createElementNS(space, "rect");
      const place = { x: index + 0.1, y: top, width: 0.8, height, class: name };
      for (const [key, value] of Object.entries(place)) box.setAttribute(key, value);
      if (height) svg.append(box);
    }
  });
  return svg;
}

// Settings

function drawOptions(options) {
  for (const name of ["latency", "rate", "window"]) {
    if (document.activeElement !== at(name)) at(name).value = options[name];
  }
  for (const select of document.querySelectorAll("#questions select")) {
    if (document.activeElement !== select) select.value = options.assume[select.dataset.name];
  }
}

// Shows what the user asked for, and whether it was done.
async function act(what, done) {
  try {
    await what();
    at("done").textContent = done;
    return true;
  } catch (error) {
    at("done").textContent = `The change failed: ${error.message}`;
    return false;
  }
}

function prepareSettings(questions) {
  at("options").addEventListener("submit", (event) => {
    event.preventDefault();
    const values = Object.fromEntries(["latency", "rate", "window"].map((name) => [name, Number(at(name).value)]));
    act(() => send("POST", "options", values), "The settings are applied.");
  });
  const buttons = Object.entries(FAULTS).map(([name, fault]) => {
    const button = make("button", { type: "button", className: "plain" }, name);
    button.addEventListener("click", () => act(() => send("POST", "faults", fault), `${name}: prepared.`));
    return button;
  });
  const clear = make("button", { type: "button" }, "Remove all faults");
  clear.addEventListener("click", () => act(() => send("DELETE", "faults"), "No fault is prepared."));
  at("faults").append(...buttons, clear);
  at("questions").append(...questions.map(question));
}

function question(row) {
  const id = `question-${row.name}`;
  const values = Object.entries(row.values).map(([value, means]) => make("option", { value }, `${value}: ${means}`));
  const select = make("select", { id }, ...values);
  select.dataset.name = row.name;
  select.addEventListener("change", () =>
    act(() => send("POST", "assumptions", { [row.name]: select.value }), `${row.name} is ${select.value}.`));
  return make("div", {}, make("label", { htmlFor: id }, row.question), select);
}

// The whole page

const DRAW = { phones: drawPhones, book: drawBook, folders: drawFolders, requests: drawRequests };
const part = () => (at(location.hash.slice(1))?.tagName === "SECTION" ? location.hash.slice(1) : "phones");

function show() {
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== part();
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${part()}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  at("done").textContent = "";
  DRAW[part()]?.();
}

function counts() {
  at("count-phones").textContent = data.phones.length;
  at("count-book").textContent = data.contacts.length;
  at("count-folders").textContent = data.folders.reduce((sum, folder) => sum + folder.count, 0);
  at("count-requests").textContent = data.log.length;
}

async function ask() {
  const log = `&log=${lastKnown()}&of=${data.logName}`;
  const news = await (await fetch(`/_page/data?seen=${data.revision}${log}`)).json();
  const changed = news.revision !== data.revision || news.log.entries.length > 0 || news.log.name !== data.logName;
  readLog(news.log);
  if (news.contacts) {
    readBook(news);
    drawOptions(news.options);
  }
  data.revision = news.revision;
  at("clock").textContent = `The time of the service is ${clock(news.now)}.`;
  if (changed || news.log.last < data.seen) {
    counts();
    DRAW[part()]?.();
  }
  data.seen = news.log.last;
}

async function follow() {
  for (;;) {
    const start = performance.now();
    try {
      await ask();
      at("trouble").textContent = "";
    } catch {
      at("trouble").textContent = "The simulator does not respond. The page shows the last known state.";
    }
    // A large account takes longer to read, so the page asks less often.
    const pause = Math.max(PAUSE, 4 * (performance.now() - start));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function listen(id, event, action) {
  at(id).addEventListener(event, (happened) => {
    if (event === "submit") happened.preventDefault();
    action();
  });
}

function turn(pages) {
  chosen.page += pages;
  drawBook();
}

async function start() {
  window.addEventListener("hashchange", show);
  listen("phone-search", "input", drawPhones);
  listen("phone-new", "submit", () => openPhone(digits(at("phone-number").value)));
  listen("reply", "submit", async () => {
    const reply = { from: `+${chosen.phone}`, text: at("reply-text").value };
    if (await act(() => send("POST", "inbound", reply), "")) at("reply-text").value = "";
    chosen.bottom = true;
  });
  for (const [id, event] of [["book-search", "input"], ["book-group", "change"], ["book-marked", "change"]]) {
    listen(id, event, () => { chosen.page = 0; drawBook(); });
  }
  listen("book-before", "click", () => turn(-1));
  listen("book-after", "click", () => turn(1));
  listen("only-writes", "change", drawRequests);
  listen("run", "change", drawTimeline);
  listen("clear-log", "click", () => act(() => send("DELETE", "log"), ""));
  prepareSettings(await (await fetch("/_page/questions")).json());
  show();
  follow();
}

start();
