// What a reader can do on the page: filter, follow the graph, move sliders, choose dark or light. Without it the page says the same.
"use strict";
(function () {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Dark or light: what the button says counts until it is pressed again.
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const button = one(".theme");
  const sayTheme = () => button.setAttribute("aria-pressed", String(dark()));
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* a file may have no storage */ }
    sayTheme();
  });
  sayTheme();

  // The section in view.
  const links = all(".top a");
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links) {
        if (link.hash === "#" + entry.target.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    }
  }, { rootMargin: "-20% 0px -75% 0px" });
  for (const section of all("main > section")) watch.observe(section);

  // Filter.
  const filter = one(".filter");
  const claims = all(".claim").map((element) => ({ element, text: element.textContent.toLowerCase() }));
  function applyFilter() {
    const wanted = Object.fromEntries(new FormData(filter));
    const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { element, text } of claims) {
      const fits = ["kind", "status", "chapter"].every((key) => !wanted[key] || element.dataset[key] === wanted[key]);
      const visible = fits && words.every((word) => text.includes(word));
      element.hidden = !visible;
      shown += visible;
    }
    for (const chapter of all(".chapter")) chapter.hidden = !one(".claim:not([hidden])", chapter);
    one("output", filter).textContent = shown === claims.length ? `${shown} claims` : `${shown} of ${claims.length}`;
  }
  filter.addEventListener("input", applyFilter);
  filter.addEventListener("submit", (event) => event.preventDefault());
  filter.addEventListener("reset", () => setTimeout(applyFilter));

  // A link into a hidden or folded part shows it.
  function reveal() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) { filter.reset(); applyFilter(); }
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView();
    // Claims on the way are laid out when they are seen, which moves what is below them.
    requestAnimationFrame(() => requestAnimationFrame(() => target.scrollIntoView()));
  }
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) reveal();
  });
  if (location.hash) reveal();

  // Graph: all that a claim rests on, and all that rests on it.
  const graph = one(".graph");
  const edges = all(".edge", graph);
  graph.scrollLeft = (graph.scrollWidth - graph.clientWidth) / 2; // on a narrow screen begin in the middle
  function pick(id) {
    const lit = new Set([id]);
    const litEdges = new Set();
    for (const [from, to] of [["from", "to"], ["to", "from"]]) {
      const unread = [id];
      const seen = new Set([id]);
      while (unread.length) {
        const at = unread.pop();
        for (const edge of edges) {
          if (edge.dataset[from] !== at || getComputedStyle(edge).display === "none") continue;
          litEdges.add(edge);
          const next = edge.dataset[to];
          lit.add(next);
          if (!seen.has(next)) { seen.add(next); unread.push(next); }
        }
      }
    }
    graph.classList.add("picked");
    for (const node of all(".node", graph)) node.classList.toggle("lit", lit.has(node.dataset.id));
    for (const edge of edges) edge.classList.toggle("lit", litEdges.has(edge));
  }
  const unpick = () => graph.classList.remove("picked");
  for (const node of all(".node", graph)) {
    for (const event of ["mouseenter", "focus"]) node.addEventListener(event, () => pick(node.dataset.id));
    for (const event of ["mouseleave", "blur"]) node.addEventListener(event, unpick);
  }
  for (const box of all(".legend input")) {
    box.addEventListener("change", () => graph.classList.toggle("no-" + box.name, !box.checked));
  }

  // Sliders.
  const sliders = one(".sliders");
  const input = (name) => sliders.elements[name];
  const values = JSON.parse(one("#explore-values").textContent);
  const end = 2;

  function setting() {
    const number = (name) => Number(input(name).value);
    const classes = number("classes");
    input("majority").max = classes - 1;
    const ratio = Math.pow(10, number("log-ratio"));
    return { classes, majority: Math.min(number("majority"), classes - 1), ratio, gamma: number("gamma"), delta: number("delta"), alpha: number("alpha"), samples: number("samples") };
  }

  function digits(value) {
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(2).replace("e+", "e").replaceAll("-", "−");
    const before = size === 0 ? 0 : Math.floor(Math.log10(size));
    return value.toFixed(Math.max(0, 3 - before));
  }

  // A plot of share over time: curves as [class, function of time].
  function plot(curves, label, shade, keys) {
    const [left, right, top, bottom] = [34, 448, 12, 210];
    const x = (t) => left + ((right - left) * t) / end;
    const y = (f) => bottom - (bottom - top) * f;
    const path = (f) => Array.from({ length: 241 }, (_, i) => (i * end) / 240).map((t, i) => `${i ? "L" : "M"}${x(t).toFixed(1)} ${y(f(t)).toFixed(1)}`).join("");
    const parts = [];
    if (shade) parts.push(`<rect class="window" x="${x(Math.min(shade[0], end))}" y="${top}" width="${Math.max(1, x(Math.min(shade[1], end)) - x(Math.min(shade[0], end)))}" height="${bottom - top}"/>`);
    parts.push(`<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`);
    for (const t of [0, 0.5, 1, 1.5, 2]) parts.push(`<text class="tick" x="${x(t)}" y="${bottom + 17}" text-anchor="middle">${t}</text>`);
    for (const f of [0, 0.5, 1]) parts.push(`<text class="tick" x="${left - 7}" y="${y(f) + 4}" text-anchor="end">${f}</text>`);
    for (const [style, f] of curves) parts.push(`<path class="mode ${style}" d="${path(f)}"/>`);
    keys.forEach((key, i) => parts.push(`<text class="key ${key}" x="${right - 4}" y="${y(0.3) + 17 * i}" text-anchor="end">${key}</text>`));
    return `<svg viewBox="0 0 460 234" role="img" aria-label="${label}">${parts.join("")}</svg>`;
  }

  function draw() {
    const now = setting();
    const result = ufm.at(now);
    const vanilla = ufm.at({ ...now, gamma: 0 });
    for (const name of ["classes", "gamma", "delta", "alpha", "samples"]) input(name).nextElementSibling.textContent = String(now[name]);
    input("majority").nextElementSibling.textContent = String(now.majority);
    input("log-ratio").nextElementSibling.textContent = now.ratio < 100 ? digits(now.ratio) : String(Math.round(now.ratio));
    const ends = result.modes.map((m) => m.half);
    one("#plot-modes").innerHTML = plot(
      [...vanilla.modes.map((m) => [`${m.mode} thin`, m.fraction]), ...result.modes.map((m) => [m.mode, m.fraction])],
      `Learned shares; relative window ${digits(result.windowAtScale)}`, [Math.min(...ends), Math.max(...ends)], result.modes.map((m) => m.mode));
    const groups = [["majority", now.majority > 1], ["minority", now.classes - now.majority > 1]].filter(([, there]) => there).map(([name]) => name);
    one("#plot-margins").innerHTML = plot(
      groups.flatMap((name) => [[`${name} dashed`, result[name].training], [name, result[name].fresh]]),
      `Margins; kept at test time: majority ${digits(result.majority.factor)}, minority ${digits(result.minority.factor)}`, null, groups);
    one("#numbers tbody").innerHTML = result.modes.map((m) => `<tr><th scope="row">${m.mode}</th>${[m.sigma, m.lambda, m.limit, m.half].map((v) => `<td class="n">${digits(v)}</td>`).join("")}</tr>`).join("");
    for (const key of ["window", "windowAtScale", "supremum", "flat"]) one(`[data-value=${key}]`).textContent = digits(result[key]);
    for (const key of ["majority", "minority"]) one(`[data-value=${key}]`).textContent = digits(result[key].factor);
  }
  sliders.addEventListener("input", draw);
  for (const preset of all("[data-preset]", sliders)) {
    preset.addEventListener("click", () => {
      const gamma = { vanilla: 0, half: 0.5, inverse: 1, flat: ufm.at(setting()).flat }[preset.dataset.preset];
      input("gamma").step = preset.dataset.preset === "flat" ? "any" : "0.05";
      input("gamma").value = gamma;
      draw();
    });
  }
  draw();
  const agreed = ufm.compare(values);
  one("#agreement").textContent = `Compared when this page opened: ${agreed.numbers} numbers at ${values.length} settings, largest difference from the theory crate ${agreed.largest.toExponential(1)}.`;
})();
