axe.run(document, { resultTypes: ["violations"] }).then((found) => {
  const violations = found.violations.map((rule) => [rule.id, rule.help, rule.nodes.map((node) => node.html.slice(0, 160))]);
  const result = document.createElement("pre");
  result.id = "axe-result";
  result.textContent = JSON.stringify({ violations, passes: found.passes.length });
  document.body.append(result);
});
