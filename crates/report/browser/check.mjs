// A browser looks at the audit report: every section, link, filter, the graph, the sliders, both themes, two widths.
// Usage: node check.mjs FOLDER. Exit code 1 if anything is wanting.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const folder = resolve(process.argv[2]);
const here = dirname(fileURLToPath(import.meta.url));
const screens = join(here, "screens");
const url = pathToFileURL(join(folder, "index.html")).href;
const ledger = JSON.parse(readFileSync(join(folder, "ledger.json"), "utf8"));
const axe = readFileSync(join(here, "node_modules/axe-core/axe.min.js"), "utf8");
const SIZE = 6e6;
const TOLERANCE = 1e-6;

let checks = 0;
const faults = [];
function check(holds, what) {
  checks += 1;
  if (!holds) faults.push(what);
}
// Indices and exponents are set as such.
const letters = (text) => text.replaceAll(/[_^()]/g, "");
const equal = (is, should, what) => check(is === should, `${what}: is ${is}, should be ${should}`);

// Files: what every page links to is there.
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
const size = files.filter((name) => !name.endsWith(".gif")).reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
const pages = new Map(files.filter((name) => name.endsWith(".html")).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const ids = new Map([...pages].map(([name, text]) => [name, [...text.matchAll(/ id="([^"]*)"/g)].map((match) => match[1])]));
for (const [name, list] of ids) equal(new Set(list).size, list.length, `${name} has every id once`);
for (const [name, text] of pages) {
  for (const [, target] of text.matchAll(/ (?:href|src)="([^"]*)"/g)) {
    if (target.startsWith("data:")) continue;
    check(!/^[a-z]+:/i.test(target), `${name} links to the network: ${target}`);
    const [path, hash] = target.split("#");
    const file = path ? relative(folder, resolve(folder, dirname(name), decodeURIComponent(path))) : name;
    check(existsSync(join(folder, file)), `${name}: no ${target}`);
    if (hash) check(ids.get(file)?.includes(decodeURIComponent(hash)), `${name}: nothing at ${target}`);
  }
}

const executable = [process.env.UFM_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
if (!executable) {
  console.error("no Chromium: apt-get install --no-install-recommends chromium, or name it in UFM_CHROMIUM");
  process.exit(2);
}
const browser = await chromium.launch({
  executablePath: executable,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (message) => check(!["error", "warning"].includes(message.type()), `console: ${message.text()}`));
  page.on("pageerror", (error) => check(false, `script: ${error}`));
  page.on("request", (request) => check(request.url().startsWith("file:") || request.url().startsWith("data:"), `asks for ${request.url()}`));
  await page.goto(url, { waitUntil: "load" });
  return page;
}

// Content and what can be touched, at desktop width.
const page = await open({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
// The best of a few: a busy machine is no fault of the page.
let opened = Infinity;
for (let attempt = 0; attempt < 3; attempt += 1) {
  opened = Math.min(opened, await page.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd));
  await page.reload();
}
check(opened < 1000, `opens in ${opened} ms`);
check(size < SIZE, `${size} bytes without animations`);

for (const section of ["summary", "claims", "graph", "figures", "explore", "reproduce"]) {
  check(await page.locator(`section#${section} :is(h1, h2)`).first().isVisible(), `section ${section}`);
  equal(await page.locator(`.top a[href="#${section}"]`).count(), 1, `way to ${section}`);
}
equal(await page.locator(".hero path.mode").count(), 6, "curves of the picture");
equal(await page.locator(".message li").count(), 3, "sentences");
for (const row of await page.locator(".counts tbody tr").all()) {
  const [status, claims, parts] = (await row.locator("th, td").allTextContents()).map((text) => text.trim());
  equal(Number(claims), ledger.claims.filter((claim) => claim.status === status).length, `claims ${status}`);
  equal(Number(parts), ledger.claims.flatMap((claim) => claim.parts).filter((part) => part.status === status).length, `parts ${status}`);
}

const shown = await page.locator(".claim").evaluateAll((list) => list.map((claim) => ({
  id: claim.id.slice("claim-".length),
  status: claim.querySelector("header .chip").textContent,
  parts: [...claim.querySelectorAll(".parts .chip")].map((chip) => chip.textContent).join(),
  says: [...claim.querySelectorAll(".says")].map((part) => part.textContent).join(),
  math: claim.querySelectorAll(".math math").length,
  tall: claim.querySelector(".math math").getBoundingClientRect().height,
  errors: claim.querySelectorAll("merror").length,
  theorems: claim.querySelectorAll(".formal pre").length,
  findings: claim.querySelectorAll("tr[id^=finding-]").length,
  unkept: claim.textContent.includes("no statement is kept"),
})));
equal(shown.map((claim) => claim.id).join(), ledger.claims.map((claim) => claim.id).join(), "claims in order");
shown.forEach((claim, i) => {
  const record = ledger.claims[i];
  equal(claim.status, record.status, `${claim.id}: status`);
  equal(claim.parts, record.parts.map((part) => part.status).join(), `${claim.id}: status of parts`);
  equal(letters(claim.says), letters(record.parts.map((part) => `${part.says}.`).join()), `${claim.id}: words`);
  equal(claim.math, 1, `${claim.id}: formulas`);
  check(claim.tall > 10 && claim.tall < 120, `${claim.id}: formula ${claim.tall} pixels tall`);
  equal(claim.errors, 0, `${claim.id}: formulas not understood`);
  equal(claim.theorems, new Set(record.parts.flatMap((part) => part.theorems)).size, `${claim.id}: formal statements`);
  equal(claim.findings, record.evidence.findings.length, `${claim.id}: findings`);
  check(!claim.unkept, `${claim.id}: a formal statement is missing`);
});

// Filter.
const visible = () => page.locator(".claim:not([hidden])").evaluateAll((list) => list.map((claim) => claim.id.slice("claim-".length)));
for (const key of ["kind", "status", "chapter"]) {
  for (const value of new Set(ledger.claims.map((claim) => claim[key]))) {
    await page.selectOption(`.filter [name=${key}]`, value);
    const wanted = ledger.claims.filter((claim) => claim[key] === value).map((claim) => claim.id);
    equal((await visible()).join(), wanted.join(), `filter ${key} ${value}`);
  }
  await page.selectOption(`.filter [name=${key}]`, "");
}
for (const claim of [ledger.claims[0], ledger.claims.at(-1)]) {
  await page.fill(".filter [name=text]", claim.id);
  check((await visible()).includes(claim.id), `filter finds ${claim.id}`);
}
await page.fill(".filter [name=text]", "no claim says this");
equal((await visible()).length, 0, "filter finds nothing");
equal(await page.locator(".chapter:not([hidden])").count(), 0, "empty chapters");
await page.locator(".filter button[type=reset]").focus();
await page.keyboard.press("Enter");
await page.waitForFunction((number) => document.querySelectorAll(".claim:not([hidden])").length === number, ledger.claims.length);
check(true, "filter cleared");

// Graph: every claim, every use; what is lit is what it rests on and what rests on it.
equal(await page.locator(".node").count(), ledger.claims.length, "claims in the graph");
equal(await page.locator(".edge.statement").count(), ledger.claims.flatMap((claim) => claim.uses).length, "uses in the graph");
const overflowing = await page.locator(".node").evaluateAll((list) => list.filter((node) => node.querySelector("text").getBBox().width > node.querySelector("rect").getBBox().width - 4).map((node) => node.dataset.id));
equal(overflowing.join(), "", "names that fit their boxes");
const press = async (selector, key) => { await page.locator(selector).focus(); await page.keyboard.press(key); };
await press(".legend input[name=proof]", "Space");
check(!(await page.locator(".legend input[name=proof]").isChecked()) && !(await page.locator(".edge.proof").first().isVisible()), "uses in proofs are put away");
const closure = (id, next) => {
  const found = new Set([id]);
  const unread = [id];
  while (unread.length) for (const other of next(unread.pop())) if (!found.has(other)) { found.add(other); unread.push(other); }
  return found;
};
const uses = (id) => ledger.claims.find((claim) => claim.id === id).uses;
const users = (id) => ledger.claims.filter((claim) => claim.uses.includes(id)).map((claim) => claim.id);
for (const { id } of ledger.claims) {
  const lit = await page.evaluate((id) => {
    const node = document.querySelector(`.node[data-id="${id}"]`);
    node.focus();
    return [...document.querySelectorAll(".node.lit")].map((node) => node.dataset.id).sort().join();
  }, id);
  equal(lit, [...new Set([...closure(id, uses), ...closure(id, users)])].sort().join(), `graph around ${id}`);
}
await press(".legend input[name=proof]", "Space");
const last = ledger.claims.at(-1).id;
await page.locator(`.node[data-id="${last}"]`).focus();
await page.keyboard.press("Enter");
await page.waitForTimeout(200);
check(page.url().endsWith(`#claim-${last}`), "a node leads to its claim, by keyboard");
const top = await page.locator(`#claim-${last}`).evaluate((claim) => claim.getBoundingClientRect().top);
check(top >= 0 && top < 450, `it is in view: ${top} pixels from the top`);

// A link to a folded finding unfolds it, where there are findings.
const finding = page.locator("a.finding").first();
if (ledger.claims.some((claim) => claim.evidence.findings.length > 0)) {
  const target = await finding.getAttribute("href");
  await press(`a.finding[href="${target}"]`, "Enter");
  check(await page.locator(target).isVisible(), `${target} unfolds`);
}

// Figures: drawn, and their files are what the page says they are.
const pictures = await page.locator(".figure img").evaluateAll(async (list) => {
  for (const image of list) { image.loading = "eager"; await image.decode().catch(() => {}); }
  return list.map((image) => ({ source: image.getAttribute("src"), width: image.naturalWidth, alt: image.alt.length }));
});
for (const picture of pictures) check(picture.width > 0 && picture.alt > 20, `picture ${picture.source}`);
for (const item of await page.locator(".hashes li").allTextContents()) {
  const [name, hash, ...said] = item.trim().split(/\s+/);
  equal(said.join(" "), "as recorded", name);
  if (!name.endsWith(".svg")) equal(createHash("sha256").update(readFileSync(join(folder, "figures", name))).digest("hex"), hash, `SHA-256 of ${name}`);
}

// Sliders: the numbers are those of the theory crate, and what is shown is what was computed.
const compared = await page.evaluate(() => ufm.compare(JSON.parse(document.querySelector("#explore-values").textContent)));
check(compared.numbers > 1000 && compared.largest < TOLERANCE, `closed forms differ by ${compared.largest} in ${compared.numbers} numbers`);
const outcome = () => page.locator("#outcome dd").allTextContents();
const set = (name, value) => page.locator(`.sliders [name=${name}]`).evaluate((input, value) => { input.value = value; input.dispatchEvent(new Event("input", { bubbles: true })); }, String(value));
const points = JSON.parse(await page.locator("#explore-values").textContent());
const at = (point) => Promise.all(Object.entries({ classes: point.classes, majority: point.majority, "log-ratio": Math.log10(point.ratio), gamma: point.gamma, delta: point.delta, alpha: point.alpha, samples: point.samples }).map(([name, value]) => set(name, value)));
const number = (text) => Number(text.replaceAll("−", "-"));
for (const point of points) {
  await at(point.setting);
  const values = (await outcome()).map(number);
  const theirs = [point.window, point.window_at_scale, point.supremum, point.flat, point.majority.factor, point.minority.factor];
  theirs.forEach((value, i) => check(Math.abs(values[i] - value) <= 5.1e-3 * Math.max(Math.abs(value), 1e-3), `shown at ${JSON.stringify(point.setting)}: ${values[i]}, should be ${value}`));
  equal(await page.locator("#numbers tbody tr").count(), point.modes.length, "directions shown");
}
await at(points[0].setting);
const before = await page.locator("#plot-modes path").first().getAttribute("d");
await page.locator(".sliders [name=log-ratio]").focus();
for (let press = 0; press < 5; press += 1) await page.keyboard.press("ArrowRight");
check(before !== await page.locator("#plot-modes path").first().getAttribute("d"), "a slider moves the curves, by keyboard");
await press("[data-preset=flat]", "Enter");
const flat = (await outcome()).map(number)[3];
check(Math.abs(await page.locator(".sliders [name=gamma]").inputValue() - flat) < 1e-3, "γ* is set");

// Dark and light by the button, kept.
const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const light = await paper();
await press(".theme", "Enter");
check(light !== await paper(), "the button changes the theme");
await page.reload();
check(light !== await paper(), "the theme is kept");

// Without a script the page says the same.
const quiet = await open({ viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
equal(await quiet.locator(".claim").count(), ledger.claims.length, "claims without a script");
check(!(await quiet.locator(".filter").isVisible()) && !(await quiet.locator(".sliders").isVisible()), "nothing dead without a script");
const still = await quiet.locator("#outcome dd").allTextContents();
await page.reload();
equal((await outcome()).join(), still.join(), "first numbers, with and without a script");

// Every width and theme: accessible, nothing wider than the screen; pictures to look at.
rmSync(screens, { recursive: true, force: true });
mkdirSync(screens, { recursive: true });
for (const [width, height] of [[1280, 900], [390, 844]]) {
  for (const colorScheme of ["light", "dark"]) {
    const view = await open({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
    await view.evaluate(() => { for (const fold of document.querySelectorAll(".claim:nth-of-type(-n+2) details")) fold.open = true; });
    const wide = await view.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
    const widest = await view.evaluate(() => [...document.querySelectorAll("main *")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.parentElement.closest(".scroll, .math, pre, svg, math")).slice(0, 3).map((element) => element.outerHTML.slice(0, 90)).join(" | "));
    check(wide <= 0, `${width} ${colorScheme}: ${wide} pixels too wide: ${widest}`);
    await view.addScriptTag({ content: axe });
    const result = await view.evaluate(() => axe.run(document, { resultTypes: ["violations"], preload: false }));
    check(result.passes.length > 20, "axe looked");
    for (const violation of result.violations) {
      check(!["serious", "critical"].includes(violation.impact), `${width} ${colorScheme}: axe ${violation.id}: ${violation.nodes.slice(0, 3).map((node) => node.target).join(" ")}`);
    }
    for (const section of ["summary", "claims", "graph", "figures", "explore", "reproduce"]) {
      await view.evaluate((id) => document.getElementById(id).scrollIntoView(), section);
      await view.waitForTimeout(60);
      await view.screenshot({ path: join(screens, `${section}-${width}-${colorScheme}.png`) });
    }
  }
}
await browser.close();

for (const fault of faults.slice(0, 40)) console.log(`wanting: ${fault}`);
console.log(`browser: ${checks} checks, ${faults.length} wanting; opened in ${Math.round(opened)} ms; ${(size / 1e6).toFixed(2)} MB without animations; pictures in ${screens}`);
process.exit(faults.length ? 1 : 0);
