// The closed forms behind the sliders. The page embeds values of the theory crate at fixed points, and compares.
"use strict";
(function (scope) {
  // A logistic mode from the plain start: s' = 2λs(σ − s), s(0) = exp(−2δ). Logarithms, so that any scale will do.
  function fraction(sigma, rate, delta, t) {
    const logOdds = 2 * rate * t - logOddsOfStart(sigma, delta);
    return 1 / (1 + Math.exp(-logOdds));
  }

  // ln(σ/s(0) − 1).
  function logOddsOfStart(sigma, delta) {
    const x = Math.log(sigma) + 2 * delta;
    return x > 30 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x));
  }

  function modes({ classes, majority, ratio, gamma }) {
    const minority = classes - majority;
    const heavy = Math.pow(ratio, -gamma); // weight of a majority sample; a minority sample weighs 1
    const list = [];
    if (majority > 1) list.push({ mode: "majority", sigma: Math.sqrt(ratio), lambda: heavy });
    list.push({
      mode: "contrast",
      sigma: Math.sqrt((majority + minority * ratio) / classes),
      lambda: (minority * ratio * heavy + majority) / (minority * ratio + majority),
    });
    if (minority > 1) list.push({ mode: "minority", sigma: 1, lambda: 1 });
    return list;
  }

  function spread(times) {
    return Math.max(...times) / Math.min(...times) - 1;
  }

  // What is left of a training margin on a fresh sample of a class of n.
  function factor(alpha, n) {
    return (alpha * n) / (alpha * n + 1 - alpha);
  }

  // A group of classes whose samples share α of their features: its margin over the other classes of the group, time in units of the minority's δ/ρ.
  function group(setting, n) {
    const square = (size) => setting.alpha + (1 - setting.alpha) / size; // ‖mean of a class‖²
    const rate = (size) => size * Math.pow(size, -setting.gamma) * Math.sqrt(square(size));
    const relative = rate(n) / rate(setting.samples);
    const g = factor(setting.alpha, n);
    const training = (moment) => fraction(1 / Math.sqrt(square(n)), relative, setting.delta, moment * setting.delta);
    return { factor: g, training, fresh: (moment) => g * training(moment) };
  }

  // γ at which a group's and the other's rates are equal.
  function flat({ alpha, samples, ratio }) {
    const part = factor(alpha, samples);
    return 0.5 + 0.5 * (ratio === 1 ? part : Math.log1p(part * (ratio - 1)) / Math.log(ratio));
  }

  function at(setting) {
    const list = modes(setting).map((m) => ({
      ...m,
      limit: 1 / (m.sigma * m.lambda),
      half: logOddsOfStart(m.sigma, setting.delta) / (2 * m.sigma * m.lambda * setting.delta),
      fraction: (moment) => fraction(m.sigma, m.sigma * m.lambda, setting.delta, moment * setting.delta),
    }));
    return {
      setting,
      modes: list,
      window: spread(list.map((m) => m.limit)),
      windowAtScale: spread(list.map((m) => m.half)),
      supremum: Math.sqrt(setting.classes / (setting.classes - setting.majority)) - 1,
      flat: flat(setting),
      majority: group(setting, setting.samples * setting.ratio),
      minority: group(setting, setting.samples),
    };
  }

  // The largest difference from the embedded values of the theory crate, relative where they exceed 1, and how many numbers were compared.
  function compare(points) {
    let largest = 0;
    let numbers = 0;
    const check = (mine, theirs) => {
      numbers += 1;
      const off = Math.abs(mine - theirs) / Math.max(1, Math.abs(theirs));
      largest = Math.max(largest, Number.isNaN(off) ? Infinity : off);
    };
    for (const point of points) {
      const mine = at(point.setting);
      if (mine.modes.length !== point.modes.length) return { largest: Infinity, numbers };
      mine.modes.forEach((m, i) => {
        const theirs = point.modes[i];
        if (m.mode !== theirs.mode) largest = Infinity;
        for (const key of ["sigma", "lambda", "limit", "half"]) check(m[key], theirs[key]);
        point.moments.forEach((moment, j) => check(m.fraction(moment), theirs.fractions[j]));
      });
      check(mine.window, point.window);
      check(mine.windowAtScale, point.window_at_scale);
      check(mine.supremum, point.supremum);
      check(mine.flat, point.flat);
      for (const name of ["majority", "minority"]) {
        check(mine[name].factor, point[name].factor);
        point.moments.forEach((moment, j) => {
          check(mine[name].training(moment), point[name].training[j]);
          check(mine[name].fresh(moment), point[name].fresh[j]);
        });
      }
    }
    return { largest, numbers };
  }

  scope.ufm = { at, compare };
})(globalThis);
