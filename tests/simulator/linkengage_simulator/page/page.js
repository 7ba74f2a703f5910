// Copyright (c) 2026, the community.linkengage contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The page asks for what is new and draws it. All data becomes text of an element, never markup.
"use strict";

const ROWS = 100; // rows on one page of a table, so that the browser draws them at once
const PAUSE = 500; // milliseconds between two questions for news
const BARS = 60;
const FAULTS = {
  "Next POST: error 500": { action: "status", match: { method: "POST" } },
  "Next answer is lost": { action: "drop_after" },
  "Next request is lost": { action: "drop_before" },
  "Next answer is cut": { action: "truncate" },
  "Next answer takes 5 seconds": { action: "delay", seconds: 5 },
};

const at = (id) => document.getElementById(id);
const data = { revision: "", contacts: [], groups: [], phones: [], folders: [], log: [] };
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

// Replace the children, and keep the keyboard's focus on the element with the same key.
function fill(parent, children) {
  const key = parent.contains(document.activeElement) && document.activeElement.dataset.key;
  parent.replaceChildren(...children);
  if (key) [...parent.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key)?.focus();
}

const clock = (iso) => iso.slice(0, 16).replace("T", " ");
const isWrite = (entry) => entry.method !== "GET";
const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

async function send(method, path, body) {
  const answer = await fetch(`/_control/${path}`, { method, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error((await answer.json()).error);
}

// Phones

const titleOf = (phone) => (phone.name ? `${phone.name}, +${phone.phone}` : `+${phone.phone}`);
const digits = (text) => text.replace(/[^0-9]/g, "").replace(/^00/, "");

function drawPhones() {
  const wanted = at("phone-search").value.toLowerCase();
  const matches = (phone) =>
    titleOf(phone).toLowerCase().includes(wanted) ||
    phone.bubbles.some((bubble) => bubble.text.toLowerCase().includes(wanted));
  const found = data.phones.filter(matches);
  if (!chosen.phone && data.phones.length) chosen.phone = data.phones[0].phone;
  fill(at("phone-list"), found.slice(0, ROWS).map(phoneButton));
  at("phone-more").textContent = !data.phones.length
    ? "No phone has a message. Send one with linkengage_sms."
    : found.length > ROWS ? `${found.length - ROWS} more. Search to see them.` : "";
  drawBubbles();
}

function phoneButton(phone) {
  const last = phone.bubbles[phone.bubbles.length - 1];
  const button = make("button", { type: "button" }, titleOf(phone), make("small", {}, last.text));
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
  at("phone-title").textContent = chosen.phone ? titleOf(phone) : "Choose a phone";
  at("reply").hidden = !chosen.phone;
  const thread = at("thread");
  const bottom = chosen.bottom || thread.scrollTop + thread.clientHeight >= thread.scrollHeight - 20;
  at("bubbles").replaceChildren(...phone.bubbles.slice(-ROWS).map(bubble));
  if (bottom) thread.scrollTop = thread.scrollHeight;
  chosen.bottom = false;
}

function bubble(one) {
  const facts = { sent: [`from ${one.sender}`, one.state], scheduled: [`from ${one.sender}`], reply: ["reply"] };
  const sms = one.kind === "reply" ? [] : [plural(one.parts, "SMS", "SMS")];
  const when = one.kind === "scheduled" ? `scheduled for ${clock(one.time)}` : clock(one.time);
  const line = [when, ...facts[one.kind], ...sms].filter(Boolean).join(", ");
  return make("li", { className: one.kind }, make("p", {}, one.text), make("small", {}, line));
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
  fill(at("contacts"), found.slice(first, first + ROWS).map(contactRow));
  const marks = data.contacts.filter((contact) => contact.marks.length).length;
  at("book-count").textContent =
    `${plural(found.length, "contact", "contacts")}, page ${chosen.page + 1} of ${pages}, ${marks} with a mark`;
  at("book-before").disabled = chosen.page === 0;
  at("book-after").disabled = chosen.page === pages - 1;
}

function contactRow(contact) {
  const number = make("td", { className: "whole" }, contact.number, ...contact.marks.map((mark) => make("span", { className: "mark" }, mark)));
  const cells = [contact.id, contact.name].map((value) => make("td", {}, String(value)));
  const others = [contact.email, contact.groups.join(", "), contact.about].map((value) => make("td", {}, value));
  return make("tr", {}, ...cells, number, ...others);
}

function drawGroups() {
  const select = at("book-group");
  const before = select.value;
  const options = data.groups.map((group) => make("option", { value: String(group.id) }, group.name));
  select.replaceChildren(make("option", { value: "" }, "All contacts"), ...options);
  select.value = data.groups.some((group) => String(group.id) === before) ? before : "";
  fill(at("groups"), data.groups.slice(0, ROWS).map(groupButton));
}

function groupButton(group) {
  const button = make("button", { type: "button" }, group.name);
  button.append(make("small", {}, plural(group.members.length, "member", "members")));
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
  fill(at("folder-list"), data.folders.map((folder) => folderPart(folder, open)));
}

function folderPart(folder, open) {
  const summary = make("summary", {}, `${"– ".repeat(folder.depth)}${folder.name} (${folder.count})`);
  summary.dataset.key = folder.name;
  const rows = folder.lines.slice(0, ROWS).map((line) => make("tr", {},
    ...[clock(line.time), line.from, line.to, line.text, line.state].map((value) => make("td", {}, value || ""))));
  const heads = ["Time", "From", "To", "Text", "State"].map((head) => make("th", { scope: "col" }, head));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
  const details = make("details", { open: open.has(folder.name) }, summary, folder.count ? table : "Empty");
  details.dataset.name = folder.name;
  return details;
}

// Requests

function readLog(log) {
  const kept = data.log.filter((entry) => entry.n >= log.first && entry.n <= log.last);
  const news = new Map(log.entries.map((entry) => [entry.n, entry]));
  data.log = [...kept.filter((entry) => !news.has(entry.n)), ...news.values()];
}

// Entries without a status are asked for again, because their answer comes later.
function lastKnown() {
  const waiting = data.log.slice(-50).find((entry) => entry.status === null && !entry.fault);
  const last = data.log.length ? data.log[data.log.length - 1].n : 0;
  return waiting ? waiting.n - 1 : last;
}

function drawRequests() {
  const shown = at("only-writes").checked ? data.log.filter(isWrite) : data.log;
  fill(at("log"), shown.slice(-ROWS).reverse().map(logRow));
  const part = shown.length > ROWS ? `, the newest ${ROWS} are shown` : "";
  at("requests-count").textContent =
    `${plural(data.log.length, "request", "requests")}, ${data.log.filter(isWrite).length} of them write${part}`;
  drawTimeline();
}

function logRow(entry) {
  const failed = entry.status === null || entry.status >= 400;
  const status = entry.fault ? `${entry.status ?? "no answer"} (${entry.fault})`
    : entry.throttled ? `${entry.status} (throttle)` : String(entry.status ?? "…");
  const cells = [entry.n, entry.time.slice(11, 23)].map((value) => make("td", {}, String(value)));
  const method = make("td", { className: isWrite(entry) ? "write" : "" }, entry.method);
  const path = make("td", { className: "text" }, entry.path);
  return make("tr", {}, ...cells, method, path, make("td", { className: failed ? "bad" : "" }, status));
}

function drawTimeline() {
  const times = data.log.map((entry) => Date.parse(entry.time));
  const first = times[0] || 0;
  const width = Math.max(1000, (times[times.length - 1] || 0) - first + 1) / BARS;
  const bars = Array.from({ length: BARS }, () => ({ reads: 0, writes: 0, throttled: 0 }));
  data.log.forEach((entry, index) => {
    const bar = bars[Math.max(0, Math.min(BARS - 1, Math.floor((times[index] - first) / width)))];
    bar[entry.throttled ? "throttled" : isWrite(entry) ? "writes" : "reads"] += 1;
  });
  const most = Math.max(1, ...bars.map((bar) => bar.reads + bar.writes + bar.throttled));
  at("timeline").replaceChildren(picture(bars, most));
  const total = (name) => bars.reduce((sum, bar) => sum + bar[name], 0);
  const seconds = Math.round((width * BARS) / 1000);
  at("timeline").setAttribute("aria-label",
    `${total("reads")} reads, ${total("writes")} writes and ${total("throttled")} refused, in ${seconds} s`);
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

async function act(what, done) {
  try {
    await what();
    at("done").textContent = done;
  } catch (error) {
    at("done").textContent = `Not done: ${error.message}`;
  }
}

function prepareSettings(questions) {
  at("options").addEventListener("submit", (event) => {
    event.preventDefault();
    const values = Object.fromEntries(["latency", "rate", "window"].map((name) => [name, Number(at(name).value)]));
    act(() => send("POST", "options", values), "The settings are in force.");
  });
  const buttons = Object.entries(FAULTS).map(([name, fault]) => {
    const button = make("button", { type: "button", className: "plain" }, name);
    button.addEventListener("click", () => act(() => send("POST", "faults", fault), `${name}: prepared.`));
    return button;
  });
  const clear = make("button", { type: "button" }, "No more faults");
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
  DRAW[part()]?.();
}

function counts() {
  at("count-phones").textContent = data.phones.length;
  at("count-book").textContent = data.contacts.length;
  at("count-folders").textContent = data.folders.reduce((sum, folder) => sum + folder.count, 0);
  at("count-requests").textContent = data.log.length;
}

async function ask() {
  const answer = await fetch(`/_page/data?seen=${data.revision}&log=${lastKnown()}`);
  const news = await answer.json();
  const last = data.log.length ? data.log[data.log.length - 1].n : 0;
  const restarted = news.log.last < last;
  const changed = news.revision !== data.revision || news.log.entries.length > 0 || restarted;
  if (restarted) data.log = [];
  readLog(news.log);
  if (news.contacts) {
    readBook(news);
    drawOptions(news.options);
  }
  data.revision = news.revision;
  at("clock").textContent = `The time of the service is ${clock(news.now)}.`;
  if (changed) {
    counts();
    DRAW[part()]?.();
  }
}

async function follow() {
  for (;;) {
    const start = performance.now();
    try {
      await ask();
      at("trouble").textContent = "";
    } catch {
      at("trouble").textContent = "The simulator does not answer. The page shows what it knew.";
    }
    // A large account takes longer to read: ask less often.
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
    await send("POST", "inbound", { from: `+${chosen.phone}`, text: at("reply-text").value });
    at("reply-text").value = "";
    chosen.bottom = true;
  });
  for (const [id, event] of [["book-search", "input"], ["book-group", "change"], ["book-marked", "change"]]) {
    listen(id, event, () => { chosen.page = 0; drawBook(); });
  }
  listen("book-before", "click", () => turn(-1));
  listen("book-after", "click", () => turn(1));
  listen("only-writes", "change", drawRequests);
  listen("clear-log", "click", () => send("DELETE", "log"));
  prepareSettings(await (await fetch("/_page/questions")).json());
  show();
  follow();
}

start();
