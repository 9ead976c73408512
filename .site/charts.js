// Draws the charts that need no kernel from their stored plans, once one comes into view. The table
// below them stays where this fails.
const library = new URL("vega.js", document.currentScript.src);
const plans = [...document.querySelectorAll("script.vega-lite")];

function draw(plan) {
  const fallback = [...plan.parentElement.children].filter((part) => part !== plan);
  const place = document.createElement("div");
  plan.before(place);
  vegaEmbed(place, JSON.parse(plan.textContent), { renderer: "svg", actions: false }).then(
    () => fallback.forEach((part) => { part.hidden = true; }),
    () => place.remove(),
  );
}

const watch = new IntersectionObserver((seen) => {
  if (!seen.some((entry) => entry.isIntersecting)) return;
  watch.disconnect();
  const script = document.createElement("script");
  script.src = library;
  script.onload = () => plans.forEach(draw);
  document.head.append(script);
}, { rootMargin: "800px" });
plans.forEach((plan) => watch.observe(plan.parentElement));
