/*
 * Builds static/look/vendor/designsystemet.css: our theme (tokens made by Designsystemet's own program) and only
 * those of its components that our templates use. The result is committed, so running the product needs no Node.
 *
 *   npm run look            writes the file
 *   npm run look -- --check exits 1 when the committed file is not what would be written
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "lightningcss";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../../../..");
const target = join(here, "../static/look/vendor/designsystemet.css");
const program = join(root, "node_modules/@digdir/designsystemet/dist/bin/designsystemet.js");
const stylesheets = join(root, "node_modules/@digdir/designsystemet-css/dist/src");

// Order matters: it is that of Designsystemet's own index.
const BASE = ["base", "heading", "label", "paragraph"];
const COMPONENTS = [
  "link", "list", "skip-link", "button", "alert", "popover", "input", "field", "fieldset", "validation-message",
  "error-summary", "breadcrumbs", "card", "table", "tag", "details", "avatar", "dialog", "skeleton", "spinner",
];

const quietlyIn = (folder) => ({ cwd: folder, stdio: ["ignore", "ignore", "inherit"] });

function theme() {
  const folder = mkdtempSync(join(tmpdir(), "ventanilla-look-"));
  try {
    const config = join(here, "designsystemet.config.json");
    const tokens = join(folder, "design-tokens"); // the "outDir" of our configuration
    const built = join(folder, "built");
    execFileSync(process.execPath, [program, "tokens", "create", "--config", config], quietlyIn(folder));
    execFileSync(process.execPath, [program, "tokens", "build", "--config", config, "--tokens", tokens, "--out-dir", built], quietlyIn(folder));
    return readFileSync(join(built, "ventanilla.css"), "utf8").replace('@charset "UTF-8";', "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function layer(name, files) {
  const rules = files.map((file) => readFileSync(join(stylesheets, `${file}.css`), "utf8")).join("\n");
  return `@layer ${name}{${rules}}`;
}

const source = [
  "@layer ds.theme, ds.base, ds.components;",
  theme(),
  layer("ds.base", BASE),
  layer("ds.components", COMPONENTS),
].join("\n");
const { code } = transform({ filename: "designsystemet.css", code: Buffer.from(source), minify: true });
const licence = "/*! Designsystemet, MIT, https://designsystemet.no; built by `npm run look`, do not edit. */\n";
const result = licence + code.toString() + "\n";

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== result) {
    console.error("look: the committed stylesheet is old; run `npm run look` and commit the result.");
    process.exit(1);
  }
} else {
  writeFileSync(target, result);
  console.log(`look: ${result.length} bytes`);
}
