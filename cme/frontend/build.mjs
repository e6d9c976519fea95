// Builds app.css, the scripts, the icons that the style sheet names, and a notice of what was used.
// The same input gives the same bytes.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import * as sass from "sass";

const source = dirname(fileURLToPath(import.meta.url));
const modules = join(source, "node_modules");
const output = resolve(source, "..", "static", "build");

const SCRIPTS = [
  join("govuk-frontend", "dist", "govuk", "govuk-frontend.min.js"),
  join("@ministryofjustice", "frontend", "moj", "moj-frontend.min.js"),
];
const IMAGES = join(modules, "@ministryofjustice", "frontend", "moj", "assets", "images");
const HOLDERS = {
  "govuk-frontend": "Crown Copyright (Government Digital Service)",
  "@ministryofjustice/frontend": "Crown Copyright (Ministry of Justice)",
};

function compileStyles() {
  const { css } = sass.compile(join(source, "app.scss"), {
    // MOJ names GOV.UK by a path that starts at node_modules, GOV.UK's own files start inside it.
    loadPaths: [source, modules],
    style: "compressed",
    quietDeps: true,
  });
  return css;
}

function withoutSourceMap(script) {
  return script.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
}

function iconNames(css) {
  const names = [...css.matchAll(/url\("?images\/([\w.-]+)"?\)/g)].map((match) => match[1]);
  return [...new Set(names)].sort();
}

function notices() {
  const require = createRequire(import.meta.url);
  const sections = Object.entries(HOLDERS).map(([name, holder]) => {
    const { version, license } = require(join(modules, name, "package.json"));
    return `${name} ${version}\nLicence: ${license}\nCopyright: ${holder}\n`;
  });
  return `The style sheet, scripts and icons in this folder contain parts of these packages.\n\n${sections.join("\n")}`;
}

rmSync(output, { recursive: true, force: true });
mkdirSync(join(output, "images"), { recursive: true });

const css = compileStyles();
for (const name of iconNames(css)) {
  cpSync(join(IMAGES, name), join(output, "images", name));
}
for (const script of SCRIPTS) {
  const name = script.split(/[\\/]/).at(-1);
  writeFileSync(join(output, name), withoutSourceMap(readFileSync(join(modules, script), "utf8")));
}
cpSync(join(source, "app.mjs"), join(output, "app.mjs"));
writeFileSync(join(output, "notices.txt"), notices());
// Last, because its presence says that the build is complete.
writeFileSync(join(output, "app.css"), css);
