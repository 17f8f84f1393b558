// .vitepress/config.ts
import { fileURLToPath as fileURLToPath2 } from "node:url";
import { defineConfig } from "file:///srv/wt/lab/docs/node_modules/vitepress/dist/node/index.js";

// .vitepress/check-links.ts
import { existsSync as existsSync2, readFileSync as readFileSync2 } from "node:fs";
import { dirname as dirname2, join as join3, posix } from "node:path";

// .vitepress/pages.ts
import { execFileSync as execFileSync2 } from "node:child_process";
import { readdirSync } from "node:fs";
import { join as join2 } from "node:path";

// .vitepress/repository.ts
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
var __vite_injected_original_import_meta_url = "file:///srv/wt/lab/docs/.vitepress/repository.ts";
var root = fileURLToPath(new URL("../..", __vite_injected_original_import_meta_url));
var read = (path) => readFileSync(join(root, path), "utf8");
var inRepository = (path) => relative(root, path);
var address = findAddress();
function findAddress() {
  const { GITHUB_REPOSITORY, GITHUB_SERVER_URL } = process.env;
  if (GITHUB_REPOSITORY) return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
  let origin = "";
  try {
    origin = execFileSync(
      "git",
      ["-c", "safe.directory=*", "config", "--get", "remote.origin.url"],
      { cwd: root, encoding: "utf8" }
    ).trim();
  } catch {
    return void 0;
  }
  const found = /^(?:https:\/\/|(?:ssh:\/\/)?git@)([\w.-]+)[:/](.+?)(?:\.git)?$/.exec(origin);
  return found ? `https://${found[1]}/${found[2]}` : void 0;
}
var copied = /* @__PURE__ */ new Set();
function copySources(site) {
  for (const path of copied) {
    const copy = join(site, `source/${path}.txt`);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(root, path), copy);
  }
}
function linkTo(path, lines) {
  const file = join(root, path);
  if (!existsSync(file)) throw new Error(`there is no ${path}`);
  const isDirectory = statSync(file).isDirectory();
  if (address) {
    const place = lines ? `#L${lines[0]}-L${lines[1]}` : "";
    return `${address}/${isDirectory ? "tree" : "blob"}/HEAD/${path}${place}`;
  }
  if (isDirectory) throw new Error(`no copy of a directory: ${path}`);
  copied.add(path);
  return `/source/${path}.txt`;
}

// .vitepress/pages.ts
var first = ["README.md", "docs/setup.md"];
var afterPartOne = ["docs/reveal.md"];
var workshop = ["docs/workshop/guide.md", "docs/workshop/cheat-sheet.md"];
var last = ["CONTRIBUTING.md", "CHANGELOG.md"];
var steps = JSON.parse(execFileSync2(
  "python3",
  ["-B", "-c", "import json, records; print(json.dumps([*records.read()]))"],
  { cwd: join2(root, "tools"), encoding: "utf8" }
));
var lastOfPartOne = /^default_step=(\S+)/m.exec(read("boxstep"))[1];
var partOne = steps.slice(0, steps.indexOf(lastOfPartOne) + 1);
var chapter = (step) => `docs/${step}.md`;
var chapters = [
  ...partOne.map(chapter),
  ...afterPartOne,
  ...steps.slice(partOne.length).map(chapter)
];
var others = readdirSync(join2(root, "docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`).filter((path) => ![...first, ...chapters].includes(path));
var pages = [...first, ...chapters, ...others, ...workshop, ...last];
var titleOf = (path) => /^# (.*)$/m.exec(read(path))[1];
var rewrite = (path) => path === "README.md" ? "index.md" : path.replace(/^docs\//, "").replace(
  /^[A-Z]+\.md$/,
  (name) => name.toLowerCase()
);
var item = (path) => {
  const [, number, title] = /^Step (\d\d): (.*)$/.exec(titleOf(path)) ?? [];
  const link = "/" + rewrite(path).replace(/(index)?\.md$/, "");
  return number ? { link, text: `<span class="step-number">${number}</span> ${title}` } : { link, text: titleOf(path) };
};
var sidebar = [
  { text: "Start", items: first.map(item) },
  { text: "Part One", items: [...partOne.map(chapter), ...afterPartOne].map(item) },
  { text: "Part Two", items: steps.slice(partOne.length).map(chapter).map(item) },
  {
    text: "Look it up",
    items: others.map(item).sort((one, other) => one.text.localeCompare(other.text))
  },
  { text: "Workshop", items: workshop.map(item) },
  { text: "The project", items: last.map(item) }
];

// .vitepress/check-links.ts
function checkLinks({ outDir, pages: made, rewrites, site }) {
  const missing = made.map((page) => rewrites.inv[page] ?? page).filter((page) => !pages.includes(page));
  if (missing.length > 0) throw new Error(`in no list of pages.ts: ${missing}`);
  const html = /* @__PURE__ */ new Map();
  const read3 = (page) => {
    if (!html.has(page)) html.set(page, readFileSync2(join3(outDir, page), "utf8"));
    return html.get(page);
  };
  const dead = /* @__PURE__ */ new Set();
  for (const page of made.map((one) => (rewrites.map[one] ?? one).replace(/\.md$/, ".html"))) {
    for (const [, href] of read3(page).matchAll(/<a\b[^>]*? href="([^"]*)"/g)) {
      if (/^(https?|mailto):/.test(href)) continue;
      const [path, anchor] = href.split("#").map(decodeURI);
      const target = path.startsWith(site.base) ? path.slice(site.base.length) : path ? posix.join(dirname2(page), path) : page;
      const file = /(^|\/)$/.test(target) ? `${target}index.html` : /\.\w+$/.test(target) ? target : `${target}.html`;
      const isDead = !existsSync2(join3(outDir, file)) || anchor && !read3(file).includes(` id="${anchor}"`);
      if (isDead) dead.add(`${page}: ${href}`);
    }
  }
  if (dead.size > 0) throw new Error(`dead links:
${[...dead].join("\n")}`);
}

// .vitepress/markdown/env.ts
var sourceOf = (env) => inRepository(env.realPath ?? env.path ?? "");
var chapterOf = (env) => sourceOf(env).replace(/^docs\//, "").replace(/\.md$/, "");
var escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&#39;");

// .vitepress/markdown/man-pages.ts
var PAGE = /\b([A-Za-z_][\w.-]*)\(([1-8])\)/g;
var known = new Set(read("tools/sync/known.txt").match(PAGE));
var addressOf = (name, section) => `https://man7.org/linux/man-pages/man${section}/${name}.${section}.html`;
var withManPages = (html) => html.replace(PAGE, (page, name, section) => known.has(page) ? `<a href="${addressOf(name, section)}">${page}</a>` : page);
function manPages(md) {
  md.core.ruler.push("man_pages", ({ tokens, Token }) => {
    for (const inline of tokens.filter(({ children }) => children)) {
      let depth = 0;
      inline.children = inline.children.flatMap((token) => {
        depth += Number(token.type === "link_open") - Number(token.type === "link_close");
        if (token.type !== "text" || depth > 0) return token;
        const parts = [];
        let end = 0;
        const text = (content) => {
          const part = new Token("text", "", 0);
          part.content = content;
          return part;
        };
        for (const found of token.content.matchAll(PAGE)) {
          if (!known.has(found[0])) continue;
          const open = new Token("link_open", "a", 1);
          open.attrSet("href", addressOf(found[1], found[2]));
          parts.push(
            text(token.content.slice(end, found.index)),
            open,
            text(found[0]),
            new Token("link_close", "a", -1)
          );
          end = found.index + found[0].length;
        }
        return [...parts, text(token.content.slice(end))];
      });
    }
  });
}

// .vitepress/markdown/picture.ts
import { renderMermaidSVG } from "file:///srv/wt/lab/docs/node_modules/beautiful-mermaid/dist/index.js";
function picture(source) {
  const title = /^ *accTitle: *(.*)$/m.exec(source)[1];
  const text = inOrder(source.replace(/^ *acc(Title|Descr):.*\n/gm, "")).replace(/--x /g, "--> ");
  const svg = renderMermaidSVG(text, { transparent: true }).replace(/<style>[^]*?<\/style>/, "").replace(/ style="[^"]*"/, "").replace("<svg", '<svg aria-hidden="true"');
  if (/^flowchart/.test(text)) check(text, svg);
  return `<figure class="picture" role="img" aria-label="${escaped(title)}" tabindex="0">${crossed(svg, source)}</figure>
`;
}
function inOrder(text) {
  const group = /^ *subgraph [^]*?^ *end\n/gm;
  const between = text.replace(group, "").split("\n").slice(1).some((line) => line.trim());
  if (between) return text;
  const groups = text.match(group) ?? [];
  return text.split("\n")[0] + "\n" + groups.reverse().join("");
}
function check(text, svg) {
  const wanted = text.match(/(?:-->|\.->)/g)?.length ?? 0;
  const drawn = svg.match(/class="edge"/g)?.length ?? 0;
  if (wanted !== drawn) throw new Error(`${drawn} of ${wanted} lines drawn:
${text}`);
}
function crossed(svg, source) {
  const ends = [...source.matchAll(/^ *(\w+).*--x (\w+)/gm)];
  return ends.reduce((drawn, [, from, to]) => drawn.replace(
    new RegExp(`(data-from="${from}" data-to="${to}"[^>]*?) marker-end="[^"]*"`),
    '$1 marker-end="url(#cross)"'
  ), svg).replace("<defs>", '<defs><marker id="cross" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="10" markerHeight="10"><path d="M1,1L9,9M9,1L1,9"/></marker>');
}

// .vitepress/markdown/code.ts
var PROMPT = /^(?:\$ |[\w.-]+@[\w.-]+:\S*[#$] |# |> )/;
var PLACEHOLDER = "<the address of this page>";
function code(md) {
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, at, options, env, self) => {
    const token = tokens[at];
    const [language, ...source] = token.info.split(/\s+/);
    token.content = token.content.replace(
      PLACEHOLDER,
      address ?? "<the address of the repository>"
    );
    if (env.searching) return `<pre>${escaped(token.content)}</pre>`;
    if (language === "console") return transcript(token.content, chapterOf(env));
    if (language === "mermaid") return picture(token.content);
    if (language === "diff") return diff(md, token.content, source);
    if (language === "cpp") {
      return framed(
        caption(source, token.content),
        pre(highlighted(md, token.content, "cpp").join("\n"))
      );
    }
    return fence(tokens, at, options, env, self);
  };
}
function highlighted(md, text, language) {
  const html = md.options.highlight(text.trimEnd(), language, "");
  const lines = /<code>([^]*)<\/code>/.exec(html)[1].split("\n");
  return lines.map((line) => withManPages(line));
}
var pre = (lines) => `<pre class="shiki vp-code" tabindex="0" v-pre><code>${lines}</code></pre>`;
var framed = (title, body, classes = "") => (
  // In this order for VitePress, which makes the button copy.
  `<div class="language-cpp vp-adaptive-theme ${classes}">${title}<button title="Copy code" class="copy"></button><span class="lang"></span>${body}</div>
`
);
function caption([path, name], text) {
  if (!path) return "";
  const lines = read(path).split("\n");
  const wanted = text.trimEnd().split("\n");
  const first2 = lines.findIndex((_, at) => wanted.every((line, n) => line === lines[at + n]));
  const place = linkTo(path, [first2 + 1, first2 + wanted.length]);
  return `<p class="caption"><a href="${place}">${path}</a>${name ? ` ${name}` : ""}</p>`;
}
var KINDS = { "+": " diff add", "-": " diff remove" };
function diff(md, text, [from, to, ...names]) {
  const lines = text.trimEnd().split("\n").filter((line, at) => !/^(---|\+\+\+) /.test(line) && !(at === 2 && /@@$/.test(line)));
  const code2 = highlighted(
    md,
    lines.map((line) => line[0] === "@" ? "//" : line.slice(1)).join("\n"),
    "cpp"
  );
  const html = lines.map((line, at) => {
    if (line[0] !== "@") return code2[at].replace('class="line', `$&${KINDS[line[0]] ?? ""}`);
    const [, place, inside] = /^@@ (.*) @@ ?(.*)$/.exec(line);
    return `<span class="line hunk vp-copy-ignore" title="${place}">${escaped(inside)}</span>`;
  });
  const title = to ? `${from} \u2192 ${to} ${names.join(" ")}` : from ?? "";
  return framed(`<p class="caption">${title}</p>`, pre(html.join("\n")), "has-diff");
}
function transcript(text, chapter2) {
  const commands = [];
  const lines = text.trimEnd().split("\n").map((line) => {
    const prompt = PROMPT.exec(line)?.[0];
    if (prompt === void 0) return escaped(line);
    const typed = line.slice(prompt.length);
    if (prompt === "> ") commands.push(`${commands.pop()}
${typed}`);
    else commands.push(typed);
    return `<span class="prompt">${escaped(prompt)}</span><kbd>${escaped(typed)}</kbd>`;
  });
  return `<div class="console" data-commands="${escaped(JSON.stringify(commands))}" data-chapter="${chapter2}"><div class="console-bar"><button type="button" class="console-copy">Copy</button><button type="button" class="console-run" hidden>Run</button></div><pre tabindex="0" v-pre><code>${lines.join("\n")}</code></pre></div>
`;
}

// .vitepress/markdown/links.ts
import { dirname as dirname3, posix as posix2 } from "node:path";
function links(md) {
  md.core.ruler.push("links", ({ env, tokens }) => {
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const href = token.type === "link_open" ? token.attrGet("href") : "#";
        if (!/^(#|https?:)/.test(href)) token.attrSet("href", onSite(href, env));
      }
    }
  });
}
function onSite(href, env) {
  const [path, anchor] = href.split("#");
  const target = posix2.join(dirname3(sourceOf(env)), decodeURI(path));
  if (!pages.includes(target)) return linkTo(target);
  return pageOf(target, env) + (anchor ? `#${anchor}` : "");
}
var pageOf = (target, env) => "./" + posix2.relative(dirname3(env.relativePath), rewrite(target));

// .vitepress/markdown/mutants.ts
import { execFileSync as execFileSync3 } from "node:child_process";
var PAGE2 = "docs/mutants.md";
var all = JSON.parse(execFileSync3(
  "python3",
  ["-B", "tests/mutants/mutants.py", "places"],
  { cwd: root, encoding: "utf8" }
));
var mutantsOf = (step) => all.filter((mutant) => mutant.step === step);
function mutants(md) {
  md.core.ruler.push("mutants", ({ env, tokens, Token }) => {
    if (sourceOf(env) !== PAGE2 || env.searching) return;
    const linked = [...all];
    let step = "";
    tokens.forEach((token, at) => {
      if (token.type === "heading_open" && token.tag === "h2") {
        step = tokens[at + 1].content;
      }
      const isFirstCell = token.type === "tr_open" && tokens[at + 1].type === "td_open";
      if (!isFirstCell) return;
      const mutant = linked.shift();
      if (mutant?.step !== step) throw new Error(`${PAGE2} has other rows than its program`);
      const cell = tokens[at + 2];
      const open = new Token("link_open", "a", 1);
      open.attrSet("href", `${pageOf(`docs/${step}.md`, env)}#L${mutant.line}`);
      cell.children = [open, ...cell.children, new Token("link_close", "a", -1)];
    });
    if (linked.length > 0) throw new Error(`${PAGE2} lacks rows of its program`);
  });
}

// .vitepress/markdown/changes.ts
var SECTION = "The change";
var WHOLE_DIFF = "The whole diff";
var WHOLE_FILE = "the-whole-file";
function changes(md) {
  md.core.ruler.push("changes", ({ env, tokens, Token }) => {
    const step = chapterOf(env);
    if (env.searching || !steps.includes(step) || sourceOf(env) !== `docs/${step}.md`) return;
    const heading = (tag, title, after = 0) => tokens.findIndex(
      (token, at) => at > after && token.type === "heading_open" && token.tag === tag && (title === void 0 || tokens[at + 1].content === title)
    );
    const html = (content) => {
      const token = new Token("html_block", "", 0);
      token.content = `${content}
`;
      return token;
    };
    const start = heading("h2", SECTION);
    if (start === -1) return;
    const end = heading("h2", void 0, start);
    const middle = heading("h3", WHOLE_DIFF, start);
    const hasDiff = middle !== -1;
    tokens.splice(end, 0, html(
      `</div><div class="view" data-view="file">${wholeFile(md, step, env)}</div></div>`
    ));
    if (hasDiff) tokens.splice(middle, 0, html('</div><div class="view" data-view="diff">'));
    tokens.splice(start + 3, 0, html(
      `<div class="change">${choice(hasDiff)}<div class="view" data-view="pieces">`
    ));
  });
}
function choice(hasDiff) {
  const views = [["pieces", "pieces"], ["diff", "whole diff"], ["file", "whole file"]];
  const radios = views.filter(([view]) => hasDiff || view !== "diff").map(([view, text], at) => `<label><input type="radio" name="view" value="${view}"${at ? "" : " checked"}><span>${text}</span></label>`);
  return `<fieldset class="views"><legend>Show</legend>${radios.join("")}</fieldset>`;
}
function wholeFile(md, step, env) {
  const path = `steps/${step}/main.cpp`;
  const mutants2 = mutantsOf(step);
  const rows = `${pageOf("docs/mutants.md", env)}#${step}`.replace(".md", ".html");
  const lines = highlighted(md, read(path), "cpp").map((line, at) => {
    const number = at + 1;
    const breaks = mutants2.filter((mutant) => mutant.line === number);
    if (breaks.length === 0) {
      return `<span class="number vp-copy-ignore" id="L${number}">${number}</span>${line}
`;
    }
    const said = breaks.map(({ what, said: said2 }) => `<span class="break"><span>${md.renderInline(what, env)}</span> <span class="red">${md.renderInline(said2, env)}</span></span>`);
    return `<a class="number vp-copy-ignore" id="L${number}" href="${rows}" aria-label="Line ${number}: what breaks without it">${number}</a>` + line.replace('class="line', "$& breaks") + `
<span class="broken vp-copy-ignore" hidden>${said.join("")}</span>`;
  });
  const title = `<p class="caption"><a href="${linkTo(path)}">${path}</a></p>`;
  return `<h3 id="${WHOLE_FILE}" tabindex="-1">The whole file</h3><p class="hint">Click a line that has a coloured number: it says how the tests notice that the line is broken.</p>` + framed(title, `<pre class="shiki vp-code" tabindex="0" v-pre><code>${lines.join("")}</code></pre>`, "whole-file");
}

// .vitepress/markdown/matrix.ts
import { readdirSync as readdirSync2 } from "node:fs";
import { join as join4 } from "node:path";
var DIRECTORY = "tests/attacks";
var places = new Map(readdirSync2(join4(root, DIRECTORY)).filter((name) => name.endsWith(".cpp")).flatMap((name) => attacksOf(`${DIRECTORY}/${name}`)));
function attacksOf(path) {
  const lines = read(path).split("\n");
  return lines.flatMap((line, at) => {
    const name = /^ +\.name = "(.*)",$/.exec(line)?.[1];
    if (!name) return [];
    const start = lines.findLastIndex((one, n) => n < at && /^const Entry/.test(one));
    const end = lines.findIndex((one, n) => n > at && one === "});");
    return [[name, linkTo(path, [start + 1, end + 1])]];
  });
}
function matrix(md) {
  md.renderer.rules.table_open = (tokens, at, options, _, self) => {
    tokens[at].attrSet("tabindex", "0");
    return self.renderToken(tokens, at, options);
  };
  md.core.ruler.push("matrix", ({ env, tokens, Token }) => {
    if (env.searching) return;
    let cells = [];
    tokens.forEach((token, at) => {
      if (token.type === "th_open" && tokens[at + 1].content === "Attack") {
        tokens.findLast(({ type }, n) => n < at && type === "table_open").attrSet("class", "matrix");
      }
      if (token.type === "tr_open") cells = [];
      if (token.type === "td_open") cells.push(at + 1);
      if (token.type !== "tr_close" || cells.length === 0) return;
      const table = tokens.findLast(({ type }, n) => n < at && type === "table_open");
      if (table.attrGet("class") !== "matrix") return;
      const [name, , ...outcomes] = cells;
      const address2 = places.get(tokens[name].children[0].content);
      if (!address2) throw new Error(`no attack ${tokens[name].content}`);
      for (const end of [name - 1, name + 1]) tokens[end].tag = "th";
      tokens[name - 1].attrSet("scope", "row");
      for (const place of outcomes) {
        const cell = tokens[place];
        const outcome = /OPEN/.test(cell.content) ? "open" : /^held/.test(cell.content) ? "held" : "none";
        tokens[place - 1].attrSet("class", outcome);
        if (outcome === "none") continue;
        const open = new Token("link_open", "a", 1);
        open.attrSet("href", address2);
        cell.children = [open, ...cell.children, new Token("link_close", "a", -1)];
      }
    });
  });
}

// .vitepress/markdown/index.ts
var markdown = {
  theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  languageAlias: { console: "text" },
  anchor: { slugify },
  config(md) {
    md.use(changes).use(code).use(links).use(manPages).use(matrix).use(mutants);
  }
};
function slugify(heading) {
  return heading.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}_\- ]/gu, "").replace(/ /g, "-");
}

// .vitepress/config.ts
var __vite_injected_original_import_meta_url2 = "file:///srv/wt/lab/docs/.vitepress/config.ts";
var here = fileURLToPath2(__vite_injected_original_import_meta_url2);
var icon = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="3" width="26" height="26" rx="4" fill="none" stroke="#b45309" stroke-width="4"/><rect x="11" y="11" width="10" height="10" rx="2" fill="#1d4ed8"/></svg>'
);
var packagesForAll = {
  name: "packages-for-all",
  enforce: "pre",
  resolveId(id, importer) {
    return /^vue(\/|$)/.test(id) && importer?.endsWith(".md") ? this.resolve(id, here) : void 0;
  }
};
var config_default = defineConfig({
  title: "Boxstep",
  description: "Build a small Linux container runtime in C++20, step by step.",
  lang: "en",
  base: process.env.BOXSTEP_SITE_BASE ?? "/",
  srcDir: "..",
  srcExclude: [
    "!(docs)/*/**",
    "!(README|CONTRIBUTING|CHANGELOG).md",
    "docs/{exercises,workshop/slides,workshop/hints}/**"
  ],
  rewrites: rewrite,
  // All pages are linked from every page: that would load them all.
  router: { prefetchLinks: false },
  head: [
    ["link", { rel: "icon", href: icon }],
    ["script", {}, "document.documentElement.classList.add('js')"]
  ],
  markdown,
  themeConfig: {
    siteTitle: "Boxstep",
    sidebar,
    outline: { level: [2, 3], label: "On this page" },
    search: {
      provider: "local",
      options: {
        _render: (source, env, md) => md.render(source, Object.assign(env, { searching: true }))
      }
    },
    socialLinks: address ? [{ icon: "github", link: address, ariaLabel: "The repository" }] : []
  },
  vite: {
    publicDir: fileURLToPath2(new URL("public", __vite_injected_original_import_meta_url2)),
    plugins: [packagesForAll]
  },
  transformPageData(page) {
    if (page.filePath === "docs/matrix.md") page.frontmatter.aside = false;
  },
  buildEnd(site) {
    copySources(site.outDir);
    checkLinks(site);
  }
});
export {
  config_default as default
};
//# sourceMappingURL=data:application/json;base64,ewogICJ2ZXJzaW9uIjogMywKICAic291cmNlcyI6IFsiLnZpdGVwcmVzcy9jb25maWcudHMiLCAiLnZpdGVwcmVzcy9jaGVjay1saW5rcy50cyIsICIudml0ZXByZXNzL3BhZ2VzLnRzIiwgIi52aXRlcHJlc3MvcmVwb3NpdG9yeS50cyIsICIudml0ZXByZXNzL21hcmtkb3duL2Vudi50cyIsICIudml0ZXByZXNzL21hcmtkb3duL21hbi1wYWdlcy50cyIsICIudml0ZXByZXNzL21hcmtkb3duL3BpY3R1cmUudHMiLCAiLnZpdGVwcmVzcy9tYXJrZG93bi9jb2RlLnRzIiwgIi52aXRlcHJlc3MvbWFya2Rvd24vbGlua3MudHMiLCAiLnZpdGVwcmVzcy9tYXJrZG93bi9tdXRhbnRzLnRzIiwgIi52aXRlcHJlc3MvbWFya2Rvd24vY2hhbmdlcy50cyIsICIudml0ZXByZXNzL21hcmtkb3duL21hdHJpeC50cyIsICIudml0ZXByZXNzL21hcmtkb3duL2luZGV4LnRzIl0sCiAgInNvdXJjZXNDb250ZW50IjogWyJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ZpbGVuYW1lID0gXCIvc3J2L3d0L2xhYi9kb2NzLy52aXRlcHJlc3MvY29uZmlnLnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9jb25maWcudHNcIjsvLyBTUERYLUxpY2Vuc2UtSWRlbnRpZmllcjogTUlUXG4vLyBUaGUgc2l0ZTogVml0ZVByZXNzIG92ZXIgdGhlIGRvY3VtZW50cyBhcyB0aGV5IGFyZS4gVGhlIE1hcmtkb3duIGhhcyBub3RoaW5nIGluIGl0XG4vLyB0aGF0IGlzIG9ubHkgZm9yIHRoZSBzaXRlOyBtYXJrZG93bi8gYW5kIHRoZW1lLyBtYWtlIG9mIGl0IHdoYXQgYSBwYWdlIGhhcyBtb3JlLlxuaW1wb3J0IHsgZmlsZVVSTFRvUGF0aCB9IGZyb20gJ25vZGU6dXJsJ1xuaW1wb3J0IHsgZGVmaW5lQ29uZmlnIH0gZnJvbSAndml0ZXByZXNzJ1xuaW1wb3J0IHR5cGUgeyBQbHVnaW4gfSBmcm9tICd2aXRlJ1xuaW1wb3J0IHsgY2hlY2tMaW5rcyB9IGZyb20gJy4vY2hlY2stbGlua3MnXG5pbXBvcnQgeyBtYXJrZG93biB9IGZyb20gJy4vbWFya2Rvd24nXG5pbXBvcnQgeyBwYWdlcywgcmV3cml0ZSwgc2lkZWJhciB9IGZyb20gJy4vcGFnZXMnXG5pbXBvcnQgeyBhZGRyZXNzLCBjb3B5U291cmNlcyB9IGZyb20gJy4vcmVwb3NpdG9yeSdcblxuY29uc3QgaGVyZSA9IGZpbGVVUkxUb1BhdGgoaW1wb3J0Lm1ldGEudXJsKVxuY29uc3QgaWNvbiA9ICdkYXRhOmltYWdlL3N2Zyt4bWwsJyArIGVuY29kZVVSSUNvbXBvbmVudChcbiAgJzxzdmcgeG1sbnM9XCJodHRwOi8vd3d3LnczLm9yZy8yMDAwL3N2Z1wiIHZpZXdCb3g9XCIwIDAgMzIgMzJcIj48cmVjdCB4PVwiM1wiIHk9XCIzXCIgJyArXG4gICd3aWR0aD1cIjI2XCIgaGVpZ2h0PVwiMjZcIiByeD1cIjRcIiBmaWxsPVwibm9uZVwiIHN0cm9rZT1cIiNiNDUzMDlcIiBzdHJva2Utd2lkdGg9XCI0XCIvPicgK1xuICAnPHJlY3QgeD1cIjExXCIgeT1cIjExXCIgd2lkdGg9XCIxMFwiIGhlaWdodD1cIjEwXCIgcng9XCIyXCIgZmlsbD1cIiMxZDRlZDhcIi8+PC9zdmc+JylcblxuLy8gUGFnZXMgYXQgdGhlIHRvcCBvZiB0aGUgcmVwb3NpdG9yeSBuZWVkIFZ1ZSBhcyB3ZWxsLCB3aGljaCBpcyBpbnN0YWxsZWQgYmVsb3cgZG9jcy8uXG5jb25zdCBwYWNrYWdlc0ZvckFsbDogUGx1Z2luID0ge1xuICBuYW1lOiAncGFja2FnZXMtZm9yLWFsbCcsXG4gIGVuZm9yY2U6ICdwcmUnLFxuICByZXNvbHZlSWQoaWQsIGltcG9ydGVyKSB7XG4gICAgcmV0dXJuIC9ednVlKFxcL3wkKS8udGVzdChpZCkgJiYgaW1wb3J0ZXI/LmVuZHNXaXRoKCcubWQnKVxuICAgICAgPyB0aGlzLnJlc29sdmUoaWQsIGhlcmUpIDogdW5kZWZpbmVkXG4gIH0sXG59XG5cbmV4cG9ydCBkZWZhdWx0IGRlZmluZUNvbmZpZyh7XG4gIHRpdGxlOiAnQm94c3RlcCcsXG4gIGRlc2NyaXB0aW9uOiAnQnVpbGQgYSBzbWFsbCBMaW51eCBjb250YWluZXIgcnVudGltZSBpbiBDKysyMCwgc3RlcCBieSBzdGVwLicsXG4gIGxhbmc6ICdlbicsXG4gIGJhc2U6IHByb2Nlc3MuZW52LkJPWFNURVBfU0lURV9CQVNFID8/ICcvJyxcbiAgc3JjRGlyOiAnLi4nLFxuICBzcmNFeGNsdWRlOiBbXG4gICAgJyEoZG9jcykvKi8qKicsXG4gICAgJyEoUkVBRE1FfENPTlRSSUJVVElOR3xDSEFOR0VMT0cpLm1kJyxcbiAgICAnZG9jcy97ZXhlcmNpc2VzLHdvcmtzaG9wL3NsaWRlcyx3b3Jrc2hvcC9oaW50c30vKionLFxuICBdLFxuICByZXdyaXRlczogcmV3cml0ZSxcbiAgLy8gQWxsIHBhZ2VzIGFyZSBsaW5rZWQgZnJvbSBldmVyeSBwYWdlOiB0aGF0IHdvdWxkIGxvYWQgdGhlbSBhbGwuXG4gIHJvdXRlcjogeyBwcmVmZXRjaExpbmtzOiBmYWxzZSB9LFxuICBoZWFkOiBbXG4gICAgWydsaW5rJywgeyByZWw6ICdpY29uJywgaHJlZjogaWNvbiB9XSxcbiAgICBbJ3NjcmlwdCcsIHt9LCBcImRvY3VtZW50LmRvY3VtZW50RWxlbWVudC5jbGFzc0xpc3QuYWRkKCdqcycpXCJdLFxuICBdLFxuICBtYXJrZG93bixcbiAgdGhlbWVDb25maWc6IHtcbiAgICBzaXRlVGl0bGU6ICdCb3hzdGVwJyxcbiAgICBzaWRlYmFyLFxuICAgIG91dGxpbmU6IHsgbGV2ZWw6IFsyLCAzXSwgbGFiZWw6ICdPbiB0aGlzIHBhZ2UnIH0sXG4gICAgc2VhcmNoOiB7XG4gICAgICBwcm92aWRlcjogJ2xvY2FsJyxcbiAgICAgIG9wdGlvbnM6IHtcbiAgICAgICAgX3JlbmRlcjogKHNvdXJjZSwgZW52LCBtZCkgPT4gbWQucmVuZGVyKHNvdXJjZSwgT2JqZWN0LmFzc2lnbihlbnYsIHsgc2VhcmNoaW5nOiB0cnVlIH0pKSxcbiAgICAgIH0sXG4gICAgfSxcbiAgICBzb2NpYWxMaW5rczogYWRkcmVzcyA/IFt7IGljb246ICdnaXRodWInLCBsaW5rOiBhZGRyZXNzLCBhcmlhTGFiZWw6ICdUaGUgcmVwb3NpdG9yeScgfV0gOiBbXSxcbiAgfSxcbiAgdml0ZToge1xuICAgIHB1YmxpY0RpcjogZmlsZVVSTFRvUGF0aChuZXcgVVJMKCdwdWJsaWMnLCBpbXBvcnQubWV0YS51cmwpKSxcbiAgICBwbHVnaW5zOiBbcGFja2FnZXNGb3JBbGxdLFxuICB9LFxuICB0cmFuc2Zvcm1QYWdlRGF0YShwYWdlKSB7XG4gICAgLy8gSXRzIHRhYmxlcyBuZWVkIHRoZSByb29tLlxuICAgIGlmIChwYWdlLmZpbGVQYXRoID09PSAnZG9jcy9tYXRyaXgubWQnKSBwYWdlLmZyb250bWF0dGVyLmFzaWRlID0gZmFsc2VcbiAgfSxcbiAgYnVpbGRFbmQoc2l0ZSkge1xuICAgIGNvcHlTb3VyY2VzKHNpdGUub3V0RGlyKVxuICAgIGNoZWNrTGlua3Moc2l0ZSlcbiAgfSxcbn0pXG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL2NoZWNrLWxpbmtzLnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9jaGVjay1saW5rcy50c1wiOy8vIFNQRFgtTGljZW5zZS1JZGVudGlmaWVyOiBNSVRcbi8vIExpbmtzIG9mIHRoZSBwYWdlcyBsZWFkIHRvIHdoYXQgaXMgdGhlcmUsIGFuY2hvcnMgaW5jbHVkZWQuIFZpdGVQcmVzcyBsb29rcyBmb3IgcGFnZXNcbi8vIGFsb25lLlxuaW1wb3J0IHsgZXhpc3RzU3luYywgcmVhZEZpbGVTeW5jIH0gZnJvbSAnbm9kZTpmcydcbmltcG9ydCB7IGRpcm5hbWUsIGpvaW4sIHBvc2l4IH0gZnJvbSAnbm9kZTpwYXRoJ1xuaW1wb3J0IHR5cGUgeyBTaXRlQ29uZmlnIH0gZnJvbSAndml0ZXByZXNzJ1xuaW1wb3J0IHsgcGFnZXMgfSBmcm9tICcuL3BhZ2VzJ1xuXG5leHBvcnQgZnVuY3Rpb24gY2hlY2tMaW5rcyh7IG91dERpciwgcGFnZXM6IG1hZGUsIHJld3JpdGVzLCBzaXRlIH06IFNpdGVDb25maWcpOiB2b2lkIHtcbiAgY29uc3QgbWlzc2luZyA9IG1hZGUubWFwKChwYWdlKSA9PiByZXdyaXRlcy5pbnZbcGFnZV0gPz8gcGFnZSlcbiAgICAuZmlsdGVyKChwYWdlKSA9PiAhcGFnZXMuaW5jbHVkZXMocGFnZSkpXG4gIGlmIChtaXNzaW5nLmxlbmd0aCA+IDApIHRocm93IG5ldyBFcnJvcihgaW4gbm8gbGlzdCBvZiBwYWdlcy50czogJHttaXNzaW5nfWApXG4gIGNvbnN0IGh0bWwgPSBuZXcgTWFwPHN0cmluZywgc3RyaW5nPigpXG4gIGNvbnN0IHJlYWQgPSAocGFnZTogc3RyaW5nKSA9PiB7XG4gICAgaWYgKCFodG1sLmhhcyhwYWdlKSkgaHRtbC5zZXQocGFnZSwgcmVhZEZpbGVTeW5jKGpvaW4ob3V0RGlyLCBwYWdlKSwgJ3V0ZjgnKSlcbiAgICByZXR1cm4gaHRtbC5nZXQocGFnZSkhXG4gIH1cbiAgY29uc3QgZGVhZCA9IG5ldyBTZXQ8c3RyaW5nPigpXG4gIGZvciAoY29uc3QgcGFnZSBvZiBtYWRlLm1hcCgob25lKSA9PiAocmV3cml0ZXMubWFwW29uZV0gPz8gb25lKS5yZXBsYWNlKC9cXC5tZCQvLCAnLmh0bWwnKSkpIHtcbiAgICBmb3IgKGNvbnN0IFssIGhyZWZdIG9mIHJlYWQocGFnZSkubWF0Y2hBbGwoLzxhXFxiW14+XSo/IGhyZWY9XCIoW15cIl0qKVwiL2cpKSB7XG4gICAgICBpZiAoL14oaHR0cHM/fG1haWx0byk6Ly50ZXN0KGhyZWYpKSBjb250aW51ZVxuICAgICAgY29uc3QgW3BhdGgsIGFuY2hvcl0gPSBocmVmLnNwbGl0KCcjJykubWFwKGRlY29kZVVSSSlcbiAgICAgIGNvbnN0IHRhcmdldCA9IHBhdGguc3RhcnRzV2l0aChzaXRlLmJhc2UpID8gcGF0aC5zbGljZShzaXRlLmJhc2UubGVuZ3RoKVxuICAgICAgICA6IHBhdGggPyBwb3NpeC5qb2luKGRpcm5hbWUocGFnZSksIHBhdGgpIDogcGFnZVxuICAgICAgY29uc3QgZmlsZSA9IC8oXnxcXC8pJC8udGVzdCh0YXJnZXQpID8gYCR7dGFyZ2V0fWluZGV4Lmh0bWxgXG4gICAgICAgIDogL1xcLlxcdyskLy50ZXN0KHRhcmdldCkgPyB0YXJnZXQgOiBgJHt0YXJnZXR9Lmh0bWxgXG4gICAgICBjb25zdCBpc0RlYWQgPSAhZXhpc3RzU3luYyhqb2luKG91dERpciwgZmlsZSkpIHx8IGFuY2hvciAmJlxuICAgICAgICAhcmVhZChmaWxlKS5pbmNsdWRlcyhgIGlkPVwiJHthbmNob3J9XCJgKVxuICAgICAgaWYgKGlzRGVhZCkgZGVhZC5hZGQoYCR7cGFnZX06ICR7aHJlZn1gKVxuICAgIH1cbiAgfVxuICBpZiAoZGVhZC5zaXplID4gMCkgdGhyb3cgbmV3IEVycm9yKGBkZWFkIGxpbmtzOlxcbiR7Wy4uLmRlYWRdLmpvaW4oJ1xcbicpfWApXG59XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL3BhZ2VzLnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9wYWdlcy50c1wiOy8vIFNQRFgtTGljZW5zZS1JZGVudGlmaWVyOiBNSVRcbi8vIFdoaWNoIGRvY3VtZW50cyBhcmUgcGFnZXMsIGFuZCBpbiB3aGljaCBvcmRlciB0aGV5IGFyZSByZWFkLlxuaW1wb3J0IHsgZXhlY0ZpbGVTeW5jIH0gZnJvbSAnbm9kZTpjaGlsZF9wcm9jZXNzJ1xuaW1wb3J0IHsgcmVhZGRpclN5bmMgfSBmcm9tICdub2RlOmZzJ1xuaW1wb3J0IHsgam9pbiB9IGZyb20gJ25vZGU6cGF0aCdcbmltcG9ydCB7IHJlYWQsIHJvb3QgfSBmcm9tICcuL3JlcG9zaXRvcnknXG5cbi8vIE5hbWVkIGZyb20gdGhlIHRvcCBvZiB0aGUgcmVwb3NpdG9yeS4gV2hhdCBpcyBvbiBub25lIG9mIHRoZXNlIGxpc3RzLCBiZWxvdyBkb2NzLyxcbi8vIGlzIGEgcGFnZSBvZiBpdHMgb3duIHVuZGVyIFwiTG9vayBpdCB1cFwiLlxuY29uc3QgZmlyc3QgPSBbJ1JFQURNRS5tZCcsICdkb2NzL3NldHVwLm1kJ11cbmNvbnN0IGFmdGVyUGFydE9uZSA9IFsnZG9jcy9yZXZlYWwubWQnXVxuY29uc3Qgd29ya3Nob3AgPSBbJ2RvY3Mvd29ya3Nob3AvZ3VpZGUubWQnLCAnZG9jcy93b3Jrc2hvcC9jaGVhdC1zaGVldC5tZCddXG5jb25zdCBsYXN0ID0gWydDT05UUklCVVRJTkcubWQnLCAnQ0hBTkdFTE9HLm1kJ11cblxuZXhwb3J0IGNvbnN0IHN0ZXBzOiBzdHJpbmdbXSA9IEpTT04ucGFyc2UoZXhlY0ZpbGVTeW5jKFxuICAncHl0aG9uMycsIFsnLUInLCAnLWMnLCAnaW1wb3J0IGpzb24sIHJlY29yZHM7IHByaW50KGpzb24uZHVtcHMoWypyZWNvcmRzLnJlYWQoKV0pKSddLFxuICB7IGN3ZDogam9pbihyb290LCAndG9vbHMnKSwgZW5jb2Rpbmc6ICd1dGY4JyB9KSlcblxuLy8gUGFydCBPbmUgaXMgd2hhdCAuL2JveHN0ZXAgcnVuIHNob3dzLlxuY29uc3QgbGFzdE9mUGFydE9uZSA9IC9eZGVmYXVsdF9zdGVwPShcXFMrKS9tLmV4ZWMocmVhZCgnYm94c3RlcCcpKSFbMV1cbmNvbnN0IHBhcnRPbmUgPSBzdGVwcy5zbGljZSgwLCBzdGVwcy5pbmRleE9mKGxhc3RPZlBhcnRPbmUpICsgMSlcblxuY29uc3QgY2hhcHRlciA9IChzdGVwOiBzdHJpbmcpID0+IGBkb2NzLyR7c3RlcH0ubWRgXG5jb25zdCBjaGFwdGVycyA9IFtcbiAgLi4ucGFydE9uZS5tYXAoY2hhcHRlciksIC4uLmFmdGVyUGFydE9uZSwgLi4uc3RlcHMuc2xpY2UocGFydE9uZS5sZW5ndGgpLm1hcChjaGFwdGVyKV1cbmNvbnN0IG90aGVycyA9IHJlYWRkaXJTeW5jKGpvaW4ocm9vdCwgJ2RvY3MnKSlcbiAgLmZpbHRlcigobmFtZSkgPT4gbmFtZS5lbmRzV2l0aCgnLm1kJykpXG4gIC5tYXAoKG5hbWUpID0+IGBkb2NzLyR7bmFtZX1gKVxuICAuZmlsdGVyKChwYXRoKSA9PiAhWy4uLmZpcnN0LCAuLi5jaGFwdGVyc10uaW5jbHVkZXMocGF0aCkpXG5cbmV4cG9ydCBjb25zdCBwYWdlcyA9IFsuLi5maXJzdCwgLi4uY2hhcHRlcnMsIC4uLm90aGVycywgLi4ud29ya3Nob3AsIC4uLmxhc3RdXG5cbmV4cG9ydCBjb25zdCB0aXRsZU9mID0gKHBhdGg6IHN0cmluZyk6IHN0cmluZyA9PiAvXiMgKC4qKSQvbS5leGVjKHJlYWQocGF0aCkpIVsxXVxuXG4vLyBUaGUgYWRkcmVzcyBvZiBhIHBhZ2UsIGJlbG93IHRoZSBzaXRlJ3MsIGFzIFZpdGVQcmVzcyBjYWxscyBpdC5cbmV4cG9ydCBjb25zdCByZXdyaXRlID0gKHBhdGg6IHN0cmluZyk6IHN0cmluZyA9PlxuICBwYXRoID09PSAnUkVBRE1FLm1kJyA/ICdpbmRleC5tZCcgOiBwYXRoLnJlcGxhY2UoL15kb2NzXFwvLywgJycpLnJlcGxhY2UoXG4gICAgL15bQS1aXStcXC5tZCQvLCAobmFtZSkgPT4gbmFtZS50b0xvd2VyQ2FzZSgpKVxuXG5jb25zdCBpdGVtID0gKHBhdGg6IHN0cmluZykgPT4ge1xuICBjb25zdCBbLCBudW1iZXIsIHRpdGxlXSA9IC9eU3RlcCAoXFxkXFxkKTogKC4qKSQvLmV4ZWModGl0bGVPZihwYXRoKSkgPz8gW11cbiAgY29uc3QgbGluayA9ICcvJyArIHJld3JpdGUocGF0aCkucmVwbGFjZSgvKGluZGV4KT9cXC5tZCQvLCAnJylcbiAgcmV0dXJuIG51bWJlclxuICAgID8geyBsaW5rLCB0ZXh0OiBgPHNwYW4gY2xhc3M9XCJzdGVwLW51bWJlclwiPiR7bnVtYmVyfTwvc3Bhbj4gJHt0aXRsZX1gIH1cbiAgICA6IHsgbGluaywgdGV4dDogdGl0bGVPZihwYXRoKSB9XG59XG5cbmV4cG9ydCBjb25zdCBzaWRlYmFyID0gW1xuICB7IHRleHQ6ICdTdGFydCcsIGl0ZW1zOiBmaXJzdC5tYXAoaXRlbSkgfSxcbiAgeyB0ZXh0OiAnUGFydCBPbmUnLCBpdGVtczogWy4uLnBhcnRPbmUubWFwKGNoYXB0ZXIpLCAuLi5hZnRlclBhcnRPbmVdLm1hcChpdGVtKSB9LFxuICB7IHRleHQ6ICdQYXJ0IFR3bycsIGl0ZW1zOiBzdGVwcy5zbGljZShwYXJ0T25lLmxlbmd0aCkubWFwKGNoYXB0ZXIpLm1hcChpdGVtKSB9LFxuICB7XG4gICAgdGV4dDogJ0xvb2sgaXQgdXAnLFxuICAgIGl0ZW1zOiBvdGhlcnMubWFwKGl0ZW0pLnNvcnQoKG9uZSwgb3RoZXIpID0+IG9uZS50ZXh0LmxvY2FsZUNvbXBhcmUob3RoZXIudGV4dCkpLFxuICB9LFxuICB7IHRleHQ6ICdXb3Jrc2hvcCcsIGl0ZW1zOiB3b3Jrc2hvcC5tYXAoaXRlbSkgfSxcbiAgeyB0ZXh0OiAnVGhlIHByb2plY3QnLCBpdGVtczogbGFzdC5tYXAoaXRlbSkgfSxcbl1cbiIsICJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ZpbGVuYW1lID0gXCIvc3J2L3d0L2xhYi9kb2NzLy52aXRlcHJlc3MvcmVwb3NpdG9yeS50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vc3J2L3d0L2xhYi9kb2NzLy52aXRlcHJlc3MvcmVwb3NpdG9yeS50c1wiOy8vIFNQRFgtTGljZW5zZS1JZGVudGlmaWVyOiBNSVRcbi8vIFRoZSByZXBvc2l0b3J5IHRoYXQgdGhlIHNpdGUgaXMgbWFkZSBmcm9tOiBpdHMgZmlsZXMsIGFuZCB3aGVyZSBpdCBpcyBwdWJsaXNoZWQuXG5pbXBvcnQgeyBleGVjRmlsZVN5bmMgfSBmcm9tICdub2RlOmNoaWxkX3Byb2Nlc3MnXG5pbXBvcnQgeyBjb3B5RmlsZVN5bmMsIGV4aXN0c1N5bmMsIG1rZGlyU3luYywgcmVhZEZpbGVTeW5jLCBzdGF0U3luYyB9IGZyb20gJ25vZGU6ZnMnXG5pbXBvcnQgeyBkaXJuYW1lLCBqb2luLCByZWxhdGl2ZSB9IGZyb20gJ25vZGU6cGF0aCdcbmltcG9ydCB7IGZpbGVVUkxUb1BhdGggfSBmcm9tICdub2RlOnVybCdcblxuZXhwb3J0IGNvbnN0IHJvb3QgPSBmaWxlVVJMVG9QYXRoKG5ldyBVUkwoJy4uLy4uJywgaW1wb3J0Lm1ldGEudXJsKSlcblxuZXhwb3J0IGNvbnN0IHJlYWQgPSAocGF0aDogc3RyaW5nKTogc3RyaW5nID0+IHJlYWRGaWxlU3luYyhqb2luKHJvb3QsIHBhdGgpLCAndXRmOCcpXG5cbi8vIE9mIGEgcGF0aCBvbiB0aGlzIG1hY2hpbmUuXG5leHBvcnQgY29uc3QgaW5SZXBvc2l0b3J5ID0gKHBhdGg6IHN0cmluZyk6IHN0cmluZyA9PiByZWxhdGl2ZShyb290LCBwYXRoKVxuXG4vLyBXaGF0IHBlb3BsZSBjbG9uZTogaHR0cHM6Ly9naXRodWIuY29tL05BTUUvYm94c3RlcC4gVW5rbm93biB3aGVyZSB0aGUgY2hlY2tvdXRcbi8vIHdhcyBub3QgY2xvbmVkIGZyb20gdGhlcmUuXG5leHBvcnQgY29uc3QgYWRkcmVzczogc3RyaW5nIHwgdW5kZWZpbmVkID0gZmluZEFkZHJlc3MoKVxuXG5mdW5jdGlvbiBmaW5kQWRkcmVzcygpOiBzdHJpbmcgfCB1bmRlZmluZWQge1xuICBjb25zdCB7IEdJVEhVQl9SRVBPU0lUT1JZLCBHSVRIVUJfU0VSVkVSX1VSTCB9ID0gcHJvY2Vzcy5lbnZcbiAgaWYgKEdJVEhVQl9SRVBPU0lUT1JZKSByZXR1cm4gYCR7R0lUSFVCX1NFUlZFUl9VUkx9LyR7R0lUSFVCX1JFUE9TSVRPUll9YFxuICBsZXQgb3JpZ2luID0gJydcbiAgdHJ5IHtcbiAgICBvcmlnaW4gPSBleGVjRmlsZVN5bmMoXG4gICAgICAnZ2l0JywgWyctYycsICdzYWZlLmRpcmVjdG9yeT0qJywgJ2NvbmZpZycsICctLWdldCcsICdyZW1vdGUub3JpZ2luLnVybCddLFxuICAgICAgeyBjd2Q6IHJvb3QsIGVuY29kaW5nOiAndXRmOCcgfSkudHJpbSgpXG4gIH0gY2F0Y2gge1xuICAgIHJldHVybiB1bmRlZmluZWRcbiAgfVxuICBjb25zdCBmb3VuZCA9IC9eKD86aHR0cHM6XFwvXFwvfCg/OnNzaDpcXC9cXC8pP2dpdEApKFtcXHcuLV0rKVs6L10oLis/KSg/OlxcLmdpdCk/JC8uZXhlYyhvcmlnaW4pXG4gIHJldHVybiBmb3VuZCA/IGBodHRwczovLyR7Zm91bmRbMV19LyR7Zm91bmRbMl19YCA6IHVuZGVmaW5lZFxufVxuXG4vLyBGaWxlcyB0aGF0IHBhZ2VzIGxpbmsgdG8uIFRoZSBzaXRlIGhhcyBjb3BpZXMgb2YgdGhlbSBpZiB0aGVyZSBpcyBubyBhZGRyZXNzLlxuY29uc3QgY29waWVkID0gbmV3IFNldDxzdHJpbmc+KClcblxuZXhwb3J0IGZ1bmN0aW9uIGNvcHlTb3VyY2VzKHNpdGU6IHN0cmluZyk6IHZvaWQge1xuICBmb3IgKGNvbnN0IHBhdGggb2YgY29waWVkKSB7XG4gICAgY29uc3QgY29weSA9IGpvaW4oc2l0ZSwgYHNvdXJjZS8ke3BhdGh9LnR4dGApXG4gICAgbWtkaXJTeW5jKGRpcm5hbWUoY29weSksIHsgcmVjdXJzaXZlOiB0cnVlIH0pXG4gICAgY29weUZpbGVTeW5jKGpvaW4ocm9vdCwgcGF0aCksIGNvcHkpXG4gIH1cbn1cblxuLy8gQSBsaW5rIHRvIGEgZmlsZSBvciBkaXJlY3Rvcnk7IGBsaW5lc2AgYXJlIGl0cyBmaXJzdCBhbmQgbGFzdCBsaW5lLlxuZXhwb3J0IGZ1bmN0aW9uIGxpbmtUbyhwYXRoOiBzdHJpbmcsIGxpbmVzPzogW251bWJlciwgbnVtYmVyXSk6IHN0cmluZyB7XG4gIGNvbnN0IGZpbGUgPSBqb2luKHJvb3QsIHBhdGgpXG4gIGlmICghZXhpc3RzU3luYyhmaWxlKSkgdGhyb3cgbmV3IEVycm9yKGB0aGVyZSBpcyBubyAke3BhdGh9YClcbiAgY29uc3QgaXNEaXJlY3RvcnkgPSBzdGF0U3luYyhmaWxlKS5pc0RpcmVjdG9yeSgpXG4gIGlmIChhZGRyZXNzKSB7XG4gICAgY29uc3QgcGxhY2UgPSBsaW5lcyA/IGAjTCR7bGluZXNbMF19LUwke2xpbmVzWzFdfWAgOiAnJ1xuICAgIHJldHVybiBgJHthZGRyZXNzfS8ke2lzRGlyZWN0b3J5ID8gJ3RyZWUnIDogJ2Jsb2InfS9IRUFELyR7cGF0aH0ke3BsYWNlfWBcbiAgfVxuICBpZiAoaXNEaXJlY3RvcnkpIHRocm93IG5ldyBFcnJvcihgbm8gY29weSBvZiBhIGRpcmVjdG9yeTogJHtwYXRofWApXG4gIGNvcGllZC5hZGQocGF0aClcbiAgcmV0dXJuIGAvc291cmNlLyR7cGF0aH0udHh0YFxufVxuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvc3J2L3d0L2xhYi9kb2NzLy52aXRlcHJlc3MvbWFya2Rvd25cIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9tYXJrZG93bi9lbnYudHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL21hcmtkb3duL2Vudi50c1wiOy8vIFNQRFgtTGljZW5zZS1JZGVudGlmaWVyOiBNSVRcbmltcG9ydCB7IGluUmVwb3NpdG9yeSB9IGZyb20gJy4uL3JlcG9zaXRvcnknXG5cbi8vIFdoYXQgVml0ZVByZXNzIHRlbGxzIGEgcGx1Z2luIG9mIHRoZSBwYWdlOyBub3RoaW5nLCBvZiBhIHRpdGxlLlxuZXhwb3J0IGludGVyZmFjZSBFbnYge1xuICBwYXRoPzogc3RyaW5nXG4gIHJlYWxQYXRoPzogc3RyaW5nXG4gIHJlbGF0aXZlUGF0aDogc3RyaW5nXG4gIHNlYXJjaGluZz86IGJvb2xlYW4gLy8gZm9yIHRoZSBpbmRleCBvZiB0aGUgc2VhcmNoLCBub3QgZm9yIGEgcGFnZVxufVxuXG4vLyBPZiBpdHMgTWFya2Rvd24sIGZyb20gdGhlIHRvcCBvZiB0aGUgcmVwb3NpdG9yeTogZG9jcy8wMC1wcm9jZXNzLm1kXG5leHBvcnQgY29uc3Qgc291cmNlT2YgPSAoZW52OiBFbnYpOiBzdHJpbmcgPT4gaW5SZXBvc2l0b3J5KGVudi5yZWFsUGF0aCA/PyBlbnYucGF0aCA/PyAnJylcblxuLy8gVGhlIHN0ZXAgdGhhdCBpdCBpcyB0aGUgY2hhcHRlciBvZiwgaWYgaXQgaXMgb25lLlxuZXhwb3J0IGNvbnN0IGNoYXB0ZXJPZiA9IChlbnY6IEVudik6IHN0cmluZyA9PlxuICBzb3VyY2VPZihlbnYpLnJlcGxhY2UoL15kb2NzXFwvLywgJycpLnJlcGxhY2UoL1xcLm1kJC8sICcnKVxuXG5leHBvcnQgY29uc3QgZXNjYXBlZCA9ICh0ZXh0OiBzdHJpbmcpOiBzdHJpbmcgPT5cbiAgdGV4dC5yZXBsYWNlKC8mL2csICcmYW1wOycpLnJlcGxhY2UoLzwvZywgJyZsdDsnKS5yZXBsYWNlKC8+L2csICcmZ3Q7JylcbiAgICAucmVwbGFjZSgvXCIvZywgJyZxdW90OycpLnJlcGxhY2UoLycvZywgJyYjMzk7JylcbiIsICJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL21hcmtkb3duXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ZpbGVuYW1lID0gXCIvc3J2L3d0L2xhYi9kb2NzLy52aXRlcHJlc3MvbWFya2Rvd24vbWFuLXBhZ2VzLnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9tYXJrZG93bi9tYW4tcGFnZXMudHNcIjsvLyBTUERYLUxpY2Vuc2UtSWRlbnRpZmllcjogTUlUXG4vLyBXaGF0IGxvb2tzIGxpa2UgbW91bnQoMikgYW5kIGlzIGEgbWFudWFsIHBhZ2UgbGVhZHMgdG8gaXRzIHRleHQuXG5pbXBvcnQgdHlwZSBNYXJrZG93bkl0IGZyb20gJ21hcmtkb3duLWl0J1xuaW1wb3J0IHsgcmVhZCB9IGZyb20gJy4uL3JlcG9zaXRvcnknXG5cbmNvbnN0IFBBR0UgPSAvXFxiKFtBLVphLXpfXVtcXHcuLV0qKVxcKChbMS04XSlcXCkvZ1xuY29uc3Qga25vd24gPSBuZXcgU2V0KHJlYWQoJ3Rvb2xzL3N5bmMva25vd24udHh0JykubWF0Y2goUEFHRSkpXG5cbmNvbnN0IGFkZHJlc3NPZiA9IChuYW1lOiBzdHJpbmcsIHNlY3Rpb246IHN0cmluZyk6IHN0cmluZyA9PlxuICBgaHR0cHM6Ly9tYW43Lm9yZy9saW51eC9tYW4tcGFnZXMvbWFuJHtzZWN0aW9ufS8ke25hbWV9LiR7c2VjdGlvbn0uaHRtbGBcblxuLy8gSW4gSFRNTCwgb3V0c2lkZSBvZiBpdHMgdGFncy5cbmV4cG9ydCBjb25zdCB3aXRoTWFuUGFnZXMgPSAoaHRtbDogc3RyaW5nKTogc3RyaW5nID0+XG4gIGh0bWwucmVwbGFjZShQQUdFLCAocGFnZSwgbmFtZSwgc2VjdGlvbikgPT5cbiAgICBrbm93bi5oYXMocGFnZSkgPyBgPGEgaHJlZj1cIiR7YWRkcmVzc09mKG5hbWUsIHNlY3Rpb24pfVwiPiR7cGFnZX08L2E+YCA6IHBhZ2UpXG5cbmV4cG9ydCBmdW5jdGlvbiBtYW5QYWdlcyhtZDogTWFya2Rvd25JdCk6IHZvaWQge1xuICBtZC5jb3JlLnJ1bGVyLnB1c2goJ21hbl9wYWdlcycsICh7IHRva2VucywgVG9rZW4gfSkgPT4ge1xuICAgIGZvciAoY29uc3QgaW5saW5lIG9mIHRva2Vucy5maWx0ZXIoKHsgY2hpbGRyZW4gfSkgPT4gY2hpbGRyZW4pKSB7XG4gICAgICBsZXQgZGVwdGggPSAwXG4gICAgICBpbmxpbmUuY2hpbGRyZW4gPSBpbmxpbmUuY2hpbGRyZW4hLmZsYXRNYXAoKHRva2VuKSA9PiB7XG4gICAgICAgIGRlcHRoICs9IE51bWJlcih0b2tlbi50eXBlID09PSAnbGlua19vcGVuJykgLSBOdW1iZXIodG9rZW4udHlwZSA9PT0gJ2xpbmtfY2xvc2UnKVxuICAgICAgICBpZiAodG9rZW4udHlwZSAhPT0gJ3RleHQnIHx8IGRlcHRoID4gMCkgcmV0dXJuIHRva2VuXG4gICAgICAgIGNvbnN0IHBhcnRzID0gW11cbiAgICAgICAgbGV0IGVuZCA9IDBcbiAgICAgICAgY29uc3QgdGV4dCA9IChjb250ZW50OiBzdHJpbmcpID0+IHtcbiAgICAgICAgICBjb25zdCBwYXJ0ID0gbmV3IFRva2VuKCd0ZXh0JywgJycsIDApXG4gICAgICAgICAgcGFydC5jb250ZW50ID0gY29udGVudFxuICAgICAgICAgIHJldHVybiBwYXJ0XG4gICAgICAgIH1cbiAgICAgICAgZm9yIChjb25zdCBmb3VuZCBvZiB0b2tlbi5jb250ZW50Lm1hdGNoQWxsKFBBR0UpKSB7XG4gICAgICAgICAgaWYgKCFrbm93bi5oYXMoZm91bmRbMF0pKSBjb250aW51ZVxuICAgICAgICAgIGNvbnN0IG9wZW4gPSBuZXcgVG9rZW4oJ2xpbmtfb3BlbicsICdhJywgMSlcbiAgICAgICAgICBvcGVuLmF0dHJTZXQoJ2hyZWYnLCBhZGRyZXNzT2YoZm91bmRbMV0sIGZvdW5kWzJdKSlcbiAgICAgICAgICBwYXJ0cy5wdXNoKHRleHQodG9rZW4uY29udGVudC5zbGljZShlbmQsIGZvdW5kLmluZGV4KSksIG9wZW4sXG4gICAgICAgICAgICB0ZXh0KGZvdW5kWzBdKSwgbmV3IFRva2VuKCdsaW5rX2Nsb3NlJywgJ2EnLCAtMSkpXG4gICAgICAgICAgZW5kID0gZm91bmQuaW5kZXghICsgZm91bmRbMF0ubGVuZ3RoXG4gICAgICAgIH1cbiAgICAgICAgcmV0dXJuIFsuLi5wYXJ0cywgdGV4dCh0b2tlbi5jb250ZW50LnNsaWNlKGVuZCkpXVxuICAgICAgfSlcbiAgICB9XG4gIH0pXG59XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9tYXJrZG93blwiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL21hcmtkb3duL3BpY3R1cmUudHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL21hcmtkb3duL3BpY3R1cmUudHNcIjsvLyBTUERYLUxpY2Vuc2UtSWRlbnRpZmllcjogTUlUXG4vLyBEcmF3cyB3aGF0IGlzIGBgYG1lcm1haWQgaW4gYSBkb2N1bWVudC4gSXRzIGNvbG91cnMgYXJlIHRob3NlIG9mIHRoZSB0aGVtZS5cbmltcG9ydCB7IHJlbmRlck1lcm1haWRTVkcgfSBmcm9tICdiZWF1dGlmdWwtbWVybWFpZCdcbmltcG9ydCB7IGVzY2FwZWQgfSBmcm9tICcuL2VudidcblxuZXhwb3J0IGZ1bmN0aW9uIHBpY3R1cmUoc291cmNlOiBzdHJpbmcpOiBzdHJpbmcge1xuICBjb25zdCB0aXRsZSA9IC9eICphY2NUaXRsZTogKiguKikkL20uZXhlYyhzb3VyY2UpIVsxXVxuICBjb25zdCB0ZXh0ID0gaW5PcmRlcihzb3VyY2UucmVwbGFjZSgvXiAqYWNjKFRpdGxlfERlc2NyKTouKlxcbi9nbSwgJycpKVxuICAgIC8vIFdoYXQgaXQgZG9lcyBub3Qga25vdzogYSBjcm9zcyBhdCB0aGUgZW5kIG9mIGEgbGluZS5cbiAgICAucmVwbGFjZSgvLS14IC9nLCAnLS0+ICcpXG4gIGNvbnN0IHN2ZyA9IHJlbmRlck1lcm1haWRTVkcodGV4dCwgeyB0cmFuc3BhcmVudDogdHJ1ZSB9KVxuICAgIC5yZXBsYWNlKC88c3R5bGU+W15dKj88XFwvc3R5bGU+LywgJycpLnJlcGxhY2UoLyBzdHlsZT1cIlteXCJdKlwiLywgJycpXG4gICAgLnJlcGxhY2UoJzxzdmcnLCAnPHN2ZyBhcmlhLWhpZGRlbj1cInRydWVcIicpXG4gIGlmICgvXmZsb3djaGFydC8udGVzdCh0ZXh0KSkgY2hlY2sodGV4dCwgc3ZnKVxuICByZXR1cm4gYDxmaWd1cmUgY2xhc3M9XCJwaWN0dXJlXCIgcm9sZT1cImltZ1wiIGFyaWEtbGFiZWw9XCIke2VzY2FwZWQodGl0bGUpfVwiIHRhYmluZGV4PVwiMFwiPmAgK1xuICAgIGAke2Nyb3NzZWQoc3ZnLCBzb3VyY2UpfTwvZmlndXJlPlxcbmBcbn1cblxuLy8gR3JvdXBzIHRoYXQgbm90aGluZyBsaW5rcyBzdGFuZCBzaWRlIGJ5IHNpZGU6IHRoZSBsYXN0IG9uZSBpcyBhdCB0aGUgbGVmdCwgYXMgb25cbi8vIEdpdEh1Yi5cbmZ1bmN0aW9uIGluT3JkZXIodGV4dDogc3RyaW5nKTogc3RyaW5nIHtcbiAgY29uc3QgZ3JvdXAgPSAvXiAqc3ViZ3JhcGggW15dKj9eICplbmRcXG4vZ21cbiAgY29uc3QgYmV0d2VlbiA9IHRleHQucmVwbGFjZShncm91cCwgJycpLnNwbGl0KCdcXG4nKS5zbGljZSgxKS5zb21lKChsaW5lKSA9PiBsaW5lLnRyaW0oKSlcbiAgaWYgKGJldHdlZW4pIHJldHVybiB0ZXh0XG4gIGNvbnN0IGdyb3VwcyA9IHRleHQubWF0Y2goZ3JvdXApID8/IFtdXG4gIHJldHVybiB0ZXh0LnNwbGl0KCdcXG4nKVswXSArICdcXG4nICsgZ3JvdXBzLnJldmVyc2UoKS5qb2luKCcnKVxufVxuXG4vLyBXaGF0ZXZlciBpdCBkb2VzIG5vdCB1bmRlcnN0YW5kLCBpdCBsZWF2ZXMgb3V0LlxuZnVuY3Rpb24gY2hlY2sodGV4dDogc3RyaW5nLCBzdmc6IHN0cmluZyk6IHZvaWQge1xuICBjb25zdCB3YW50ZWQgPSB0ZXh0Lm1hdGNoKC8oPzotLT58XFwuLT4pL2cpPy5sZW5ndGggPz8gMFxuICBjb25zdCBkcmF3biA9IHN2Zy5tYXRjaCgvY2xhc3M9XCJlZGdlXCIvZyk/Lmxlbmd0aCA/PyAwXG4gIGlmICh3YW50ZWQgIT09IGRyYXduKSB0aHJvdyBuZXcgRXJyb3IoYCR7ZHJhd259IG9mICR7d2FudGVkfSBsaW5lcyBkcmF3bjpcXG4ke3RleHR9YClcbn1cblxuZnVuY3Rpb24gY3Jvc3NlZChzdmc6IHN0cmluZywgc291cmNlOiBzdHJpbmcpOiBzdHJpbmcge1xuICBjb25zdCBlbmRzID0gWy4uLnNvdXJjZS5tYXRjaEFsbCgvXiAqKFxcdyspLiotLXggKFxcdyspL2dtKV1cbiAgcmV0dXJuIGVuZHMucmVkdWNlKChkcmF3biwgWywgZnJvbSwgdG9dKSA9PiBkcmF3bi5yZXBsYWNlKFxuICAgIG5ldyBSZWdFeHAoYChkYXRhLWZyb209XCIke2Zyb219XCIgZGF0YS10bz1cIiR7dG99XCJbXj5dKj8pIG1hcmtlci1lbmQ9XCJbXlwiXSpcImApLFxuICAgICckMSBtYXJrZXItZW5kPVwidXJsKCNjcm9zcylcIicpLCBzdmcpXG4gICAgLnJlcGxhY2UoJzxkZWZzPicsICc8ZGVmcz48bWFya2VyIGlkPVwiY3Jvc3NcIiB2aWV3Qm94PVwiMCAwIDEwIDEwXCIgcmVmWD1cIjVcIiByZWZZPVwiNVwiICcgK1xuICAgICAgJ21hcmtlcldpZHRoPVwiMTBcIiBtYXJrZXJIZWlnaHQ9XCIxMFwiPjxwYXRoIGQ9XCJNMSwxTDksOU05LDFMMSw5XCIvPjwvbWFya2VyPicpXG59XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9tYXJrZG93blwiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL21hcmtkb3duL2NvZGUudHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL21hcmtkb3duL2NvZGUudHNcIjsvLyBTUERYLUxpY2Vuc2UtSWRlbnRpZmllcjogTUlUXG4vLyBDb2RlIGFuZCB0cmFuc2NyaXB0czogd2hhdCBzdGFuZHMgYmV0d2VlbiBmZW5jZXMuXG5pbXBvcnQgdHlwZSBNYXJrZG93bkl0IGZyb20gJ21hcmtkb3duLWl0J1xuaW1wb3J0IHsgYWRkcmVzcywgbGlua1RvLCByZWFkIH0gZnJvbSAnLi4vcmVwb3NpdG9yeSdcbmltcG9ydCB7IGNoYXB0ZXJPZiwgZXNjYXBlZCB9IGZyb20gJy4vZW52J1xuaW1wb3J0IHsgd2l0aE1hblBhZ2VzIH0gZnJvbSAnLi9tYW4tcGFnZXMnXG5pbXBvcnQgeyBwaWN0dXJlIH0gZnJvbSAnLi9waWN0dXJlJ1xuXG4vLyBUaGUgc2FtZSBhcyBpbiB0b29scy9zeW5jL3RyYW5zY3JpcHQucHkuXG5jb25zdCBQUk9NUFQgPSAvXig/OlxcJCB8W1xcdy4tXStAW1xcdy4tXSs6XFxTKlsjJF0gfCMgfD4gKS9cbi8vIEluIHRoZSBSRUFETUUsIHdoaWNoIGlzIG5vdCBhIHBhZ2Ugb2YgdGhlIHJlcG9zaXRvcnkgaGVyZS5cbmNvbnN0IFBMQUNFSE9MREVSID0gJzx0aGUgYWRkcmVzcyBvZiB0aGlzIHBhZ2U+J1xuXG5leHBvcnQgZnVuY3Rpb24gY29kZShtZDogTWFya2Rvd25JdCk6IHZvaWQge1xuICBjb25zdCBmZW5jZSA9IG1kLnJlbmRlcmVyLnJ1bGVzLmZlbmNlIVxuICBtZC5yZW5kZXJlci5ydWxlcy5mZW5jZSA9ICh0b2tlbnMsIGF0LCBvcHRpb25zLCBlbnYsIHNlbGYpID0+IHtcbiAgICBjb25zdCB0b2tlbiA9IHRva2Vuc1thdF1cbiAgICBjb25zdCBbbGFuZ3VhZ2UsIC4uLnNvdXJjZV0gPSB0b2tlbi5pbmZvLnNwbGl0KC9cXHMrLylcbiAgICB0b2tlbi5jb250ZW50ID0gdG9rZW4uY29udGVudC5yZXBsYWNlKFxuICAgICAgUExBQ0VIT0xERVIsIGFkZHJlc3MgPz8gJzx0aGUgYWRkcmVzcyBvZiB0aGUgcmVwb3NpdG9yeT4nKVxuICAgIGlmIChlbnYuc2VhcmNoaW5nKSByZXR1cm4gYDxwcmU+JHtlc2NhcGVkKHRva2VuLmNvbnRlbnQpfTwvcHJlPmBcbiAgICBpZiAobGFuZ3VhZ2UgPT09ICdjb25zb2xlJykgcmV0dXJuIHRyYW5zY3JpcHQodG9rZW4uY29udGVudCwgY2hhcHRlck9mKGVudikpXG4gICAgaWYgKGxhbmd1YWdlID09PSAnbWVybWFpZCcpIHJldHVybiBwaWN0dXJlKHRva2VuLmNvbnRlbnQpXG4gICAgaWYgKGxhbmd1YWdlID09PSAnZGlmZicpIHJldHVybiBkaWZmKG1kLCB0b2tlbi5jb250ZW50LCBzb3VyY2UpXG4gICAgaWYgKGxhbmd1YWdlID09PSAnY3BwJykge1xuICAgICAgcmV0dXJuIGZyYW1lZChjYXB0aW9uKHNvdXJjZSwgdG9rZW4uY29udGVudCksXG4gICAgICAgIHByZShoaWdobGlnaHRlZChtZCwgdG9rZW4uY29udGVudCwgJ2NwcCcpLmpvaW4oJ1xcbicpKSlcbiAgICB9XG4gICAgcmV0dXJuIGZlbmNlKHRva2VucywgYXQsIG9wdGlvbnMsIGVudiwgc2VsZilcbiAgfVxufVxuXG4vLyAtLS0tIEMrK1xuXG4vLyBPZiBlYWNoIGxpbmUgdGhlIEhUTUwgd2l0aGluIDxzcGFuIGNsYXNzPVwibGluZVwiPi5cbmV4cG9ydCBmdW5jdGlvbiBoaWdobGlnaHRlZChtZDogTWFya2Rvd25JdCwgdGV4dDogc3RyaW5nLCBsYW5ndWFnZTogc3RyaW5nKTogc3RyaW5nW10ge1xuICBjb25zdCBodG1sID0gbWQub3B0aW9ucy5oaWdobGlnaHQhKHRleHQudHJpbUVuZCgpLCBsYW5ndWFnZSwgJycpXG4gIGNvbnN0IGxpbmVzID0gLzxjb2RlPihbXl0qKTxcXC9jb2RlPi8uZXhlYyhodG1sKSFbMV0uc3BsaXQoJ1xcbicpXG4gIHJldHVybiBsaW5lcy5tYXAoKGxpbmUpID0+IHdpdGhNYW5QYWdlcyhsaW5lKSlcbn1cblxuY29uc3QgcHJlID0gKGxpbmVzOiBzdHJpbmcpOiBzdHJpbmcgPT5cbiAgYDxwcmUgY2xhc3M9XCJzaGlraSB2cC1jb2RlXCIgdGFiaW5kZXg9XCIwXCIgdi1wcmU+PGNvZGU+JHtsaW5lc308L2NvZGU+PC9wcmU+YFxuXG5leHBvcnQgY29uc3QgZnJhbWVkID0gKHRpdGxlOiBzdHJpbmcsIGJvZHk6IHN0cmluZywgY2xhc3NlcyA9ICcnKTogc3RyaW5nID0+XG4gIC8vIEluIHRoaXMgb3JkZXIgZm9yIFZpdGVQcmVzcywgd2hpY2ggbWFrZXMgdGhlIGJ1dHRvbiBjb3B5LlxuICBgPGRpdiBjbGFzcz1cImxhbmd1YWdlLWNwcCB2cC1hZGFwdGl2ZS10aGVtZSAke2NsYXNzZXN9XCI+JHt0aXRsZX1gICtcbiAgJzxidXR0b24gdGl0bGU9XCJDb3B5IGNvZGVcIiBjbGFzcz1cImNvcHlcIj48L2J1dHRvbj48c3BhbiBjbGFzcz1cImxhbmdcIj48L3NwYW4+JyArXG4gIGAke2JvZHl9PC9kaXY+XFxuYFxuXG5mdW5jdGlvbiBjYXB0aW9uKFtwYXRoLCBuYW1lXTogc3RyaW5nW10sIHRleHQ6IHN0cmluZyk6IHN0cmluZyB7XG4gIGlmICghcGF0aCkgcmV0dXJuICcnXG4gIGNvbnN0IGxpbmVzID0gcmVhZChwYXRoKS5zcGxpdCgnXFxuJylcbiAgY29uc3Qgd2FudGVkID0gdGV4dC50cmltRW5kKCkuc3BsaXQoJ1xcbicpXG4gIGNvbnN0IGZpcnN0ID0gbGluZXMuZmluZEluZGV4KChfLCBhdCkgPT4gd2FudGVkLmV2ZXJ5KChsaW5lLCBuKSA9PiBsaW5lID09PSBsaW5lc1thdCArIG5dKSlcbiAgY29uc3QgcGxhY2UgPSBsaW5rVG8ocGF0aCwgW2ZpcnN0ICsgMSwgZmlyc3QgKyB3YW50ZWQubGVuZ3RoXSlcbiAgcmV0dXJuIGA8cCBjbGFzcz1cImNhcHRpb25cIj48YSBocmVmPVwiJHtwbGFjZX1cIj4ke3BhdGh9PC9hPiR7bmFtZSA/IGAgJHtuYW1lfWAgOiAnJ308L3A+YFxufVxuXG4vLyAtLS0tIGRpZmZzXG5cbmNvbnN0IEtJTkRTOiBSZWNvcmQ8c3RyaW5nLCBzdHJpbmc+ID0geyAnKyc6ICcgZGlmZiBhZGQnLCAnLSc6ICcgZGlmZiByZW1vdmUnIH1cblxuZnVuY3Rpb24gZGlmZihtZDogTWFya2Rvd25JdCwgdGV4dDogc3RyaW5nLCBbZnJvbSwgdG8sIC4uLm5hbWVzXTogc3RyaW5nW10pOiBzdHJpbmcge1xuICBjb25zdCBsaW5lcyA9IHRleHQudHJpbUVuZCgpLnNwbGl0KCdcXG4nKVxuICAgIC5maWx0ZXIoKGxpbmUsIGF0KSA9PiAhL14oLS0tfFxcK1xcK1xcKykgLy50ZXN0KGxpbmUpICYmICEoYXQgPT09IDIgJiYgL0BAJC8udGVzdChsaW5lKSkpXG4gIGNvbnN0IGNvZGUgPSBoaWdobGlnaHRlZChcbiAgICBtZCwgbGluZXMubWFwKChsaW5lKSA9PiBsaW5lWzBdID09PSAnQCcgPyAnLy8nIDogbGluZS5zbGljZSgxKSkuam9pbignXFxuJyksICdjcHAnKVxuICBjb25zdCBodG1sID0gbGluZXMubWFwKChsaW5lLCBhdCkgPT4ge1xuICAgIGlmIChsaW5lWzBdICE9PSAnQCcpIHJldHVybiBjb2RlW2F0XS5yZXBsYWNlKCdjbGFzcz1cImxpbmUnLCBgJCYke0tJTkRTW2xpbmVbMF1dID8/ICcnfWApXG4gICAgY29uc3QgWywgcGxhY2UsIGluc2lkZV0gPSAvXkBAICguKikgQEAgPyguKikkLy5leGVjKGxpbmUpIVxuICAgIHJldHVybiBgPHNwYW4gY2xhc3M9XCJsaW5lIGh1bmsgdnAtY29weS1pZ25vcmVcIiB0aXRsZT1cIiR7cGxhY2V9XCI+JHtlc2NhcGVkKGluc2lkZSl9PC9zcGFuPmBcbiAgfSlcbiAgY29uc3QgdGl0bGUgPSB0byA/IGAke2Zyb219IFx1MjE5MiAke3RvfSAke25hbWVzLmpvaW4oJyAnKX1gIDogZnJvbSA/PyAnJ1xuICByZXR1cm4gZnJhbWVkKGA8cCBjbGFzcz1cImNhcHRpb25cIj4ke3RpdGxlfTwvcD5gLCBwcmUoaHRtbC5qb2luKCdcXG4nKSksICdoYXMtZGlmZicpXG59XG5cbi8vIC0tLS0gdHJhbnNjcmlwdHNcblxuZnVuY3Rpb24gdHJhbnNjcmlwdCh0ZXh0OiBzdHJpbmcsIGNoYXB0ZXI6IHN0cmluZyk6IHN0cmluZyB7XG4gIGNvbnN0IGNvbW1hbmRzOiBzdHJpbmdbXSA9IFtdXG4gIGNvbnN0IGxpbmVzID0gdGV4dC50cmltRW5kKCkuc3BsaXQoJ1xcbicpLm1hcCgobGluZSkgPT4ge1xuICAgIGNvbnN0IHByb21wdCA9IFBST01QVC5leGVjKGxpbmUpPy5bMF1cbiAgICBpZiAocHJvbXB0ID09PSB1bmRlZmluZWQpIHJldHVybiBlc2NhcGVkKGxpbmUpXG4gICAgY29uc3QgdHlwZWQgPSBsaW5lLnNsaWNlKHByb21wdC5sZW5ndGgpXG4gICAgaWYgKHByb21wdCA9PT0gJz4gJykgY29tbWFuZHMucHVzaChgJHtjb21tYW5kcy5wb3AoKX1cXG4ke3R5cGVkfWApXG4gICAgZWxzZSBjb21tYW5kcy5wdXNoKHR5cGVkKVxuICAgIHJldHVybiBgPHNwYW4gY2xhc3M9XCJwcm9tcHRcIj4ke2VzY2FwZWQocHJvbXB0KX08L3NwYW4+PGtiZD4ke2VzY2FwZWQodHlwZWQpfTwva2JkPmBcbiAgfSlcbiAgcmV0dXJuIGA8ZGl2IGNsYXNzPVwiY29uc29sZVwiIGRhdGEtY29tbWFuZHM9XCIke2VzY2FwZWQoSlNPTi5zdHJpbmdpZnkoY29tbWFuZHMpKX1cIiBgICtcbiAgICBgZGF0YS1jaGFwdGVyPVwiJHtjaGFwdGVyfVwiPjxkaXYgY2xhc3M9XCJjb25zb2xlLWJhclwiPmAgK1xuICAgICc8YnV0dG9uIHR5cGU9XCJidXR0b25cIiBjbGFzcz1cImNvbnNvbGUtY29weVwiPkNvcHk8L2J1dHRvbj4nICtcbiAgICAnPGJ1dHRvbiB0eXBlPVwiYnV0dG9uXCIgY2xhc3M9XCJjb25zb2xlLXJ1blwiIGhpZGRlbj5SdW48L2J1dHRvbj48L2Rpdj4nICtcbiAgICBgPHByZSB0YWJpbmRleD1cIjBcIiB2LXByZT48Y29kZT4ke2xpbmVzLmpvaW4oJ1xcbicpfTwvY29kZT48L3ByZT48L2Rpdj5cXG5gXG59XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9tYXJrZG93blwiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL21hcmtkb3duL2xpbmtzLnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9tYXJrZG93bi9saW5rcy50c1wiOy8vIFNQRFgtTGljZW5zZS1JZGVudGlmaWVyOiBNSVRcbi8vIExpbmtzIGFyZSByaWdodCBiZXR3ZWVuIHRoZSBmaWxlcy4gSGVyZSB0aGV5IGxlYWQgdG8gdGhlIHBhZ2Ugb2YgYSBkb2N1bWVudCwgYW5kIHRvXG4vLyB0aGUgcmVwb3NpdG9yeSBmb3IgZXZlcnl0aGluZyBlbHNlLlxuaW1wb3J0IHsgZGlybmFtZSwgcG9zaXggfSBmcm9tICdub2RlOnBhdGgnXG5pbXBvcnQgdHlwZSBNYXJrZG93bkl0IGZyb20gJ21hcmtkb3duLWl0J1xuaW1wb3J0IHsgcGFnZXMsIHJld3JpdGUgfSBmcm9tICcuLi9wYWdlcydcbmltcG9ydCB7IGxpbmtUbyB9IGZyb20gJy4uL3JlcG9zaXRvcnknXG5pbXBvcnQgeyB0eXBlIEVudiwgc291cmNlT2YgfSBmcm9tICcuL2VudidcblxuZXhwb3J0IGZ1bmN0aW9uIGxpbmtzKG1kOiBNYXJrZG93bkl0KTogdm9pZCB7XG4gIG1kLmNvcmUucnVsZXIucHVzaCgnbGlua3MnLCAoeyBlbnYsIHRva2VucyB9KSA9PiB7XG4gICAgZm9yIChjb25zdCB7IGNoaWxkcmVuIH0gb2YgdG9rZW5zKSB7XG4gICAgICBmb3IgKGNvbnN0IHRva2VuIG9mIGNoaWxkcmVuID8/IFtdKSB7XG4gICAgICAgIGNvbnN0IGhyZWYgPSB0b2tlbi50eXBlID09PSAnbGlua19vcGVuJyA/IHRva2VuLmF0dHJHZXQoJ2hyZWYnKSEgOiAnIydcbiAgICAgICAgaWYgKCEvXigjfGh0dHBzPzopLy50ZXN0KGhyZWYpKSB0b2tlbi5hdHRyU2V0KCdocmVmJywgb25TaXRlKGhyZWYsIGVudikpXG4gICAgICB9XG4gICAgfVxuICB9KVxufVxuXG5mdW5jdGlvbiBvblNpdGUoaHJlZjogc3RyaW5nLCBlbnY6IEVudik6IHN0cmluZyB7XG4gIGNvbnN0IFtwYXRoLCBhbmNob3JdID0gaHJlZi5zcGxpdCgnIycpXG4gIGNvbnN0IHRhcmdldCA9IHBvc2l4LmpvaW4oZGlybmFtZShzb3VyY2VPZihlbnYpKSwgZGVjb2RlVVJJKHBhdGgpKVxuICBpZiAoIXBhZ2VzLmluY2x1ZGVzKHRhcmdldCkpIHJldHVybiBsaW5rVG8odGFyZ2V0KVxuICByZXR1cm4gcGFnZU9mKHRhcmdldCwgZW52KSArIChhbmNob3IgPyBgIyR7YW5jaG9yfWAgOiAnJylcbn1cblxuZXhwb3J0IGNvbnN0IHBhZ2VPZiA9ICh0YXJnZXQ6IHN0cmluZywgZW52OiBFbnYpOiBzdHJpbmcgPT5cbiAgJy4vJyArIHBvc2l4LnJlbGF0aXZlKGRpcm5hbWUoZW52LnJlbGF0aXZlUGF0aCksIHJld3JpdGUodGFyZ2V0KSlcbiIsICJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL21hcmtkb3duXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ZpbGVuYW1lID0gXCIvc3J2L3d0L2xhYi9kb2NzLy52aXRlcHJlc3MvbWFya2Rvd24vbXV0YW50cy50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vc3J2L3d0L2xhYi9kb2NzLy52aXRlcHJlc3MvbWFya2Rvd24vbXV0YW50cy50c1wiOy8vIFNQRFgtTGljZW5zZS1JZGVudGlmaWVyOiBNSVRcbi8vIFdoYXQgYnJlYWtzIHdpdGhvdXQgYSBsaW5lOiBlYWNoIHJvdyBsZWFkcyB0byBpdHMgbGluZSwgYW5kIGVhY2ggbGluZSB0byBpdHMgcm93cy5cbmltcG9ydCB7IGV4ZWNGaWxlU3luYyB9IGZyb20gJ25vZGU6Y2hpbGRfcHJvY2VzcydcbmltcG9ydCB0eXBlIE1hcmtkb3duSXQgZnJvbSAnbWFya2Rvd24taXQnXG5pbXBvcnQgeyByZWFkLCByb290IH0gZnJvbSAnLi4vcmVwb3NpdG9yeSdcbmltcG9ydCB7IFdIT0xFX0ZJTEUgfSBmcm9tICcuL2NoYW5nZXMnXG5pbXBvcnQgeyBzb3VyY2VPZiB9IGZyb20gJy4vZW52J1xuaW1wb3J0IHsgcGFnZU9mIH0gZnJvbSAnLi9saW5rcydcblxuaW50ZXJmYWNlIE11dGFudCB7XG4gIHN0ZXA6IHN0cmluZ1xuICBsaW5lOiBudW1iZXIgLy8gb2YgbWFpbi5jcHAsIGZyb20gMVxuICB3aGF0OiBzdHJpbmcgLy8gaXMgYnJva2VuLCBpbiBNYXJrZG93blxuICBzYWlkOiBzdHJpbmcgLy8gd2hhdCBpcyByZWQgdGhlbiwgb3Igd2h5IG5vdGhpbmcgaXNcbn1cblxuY29uc3QgUEFHRSA9ICdkb2NzL211dGFudHMubWQnXG5jb25zdCBhbGw6IE11dGFudFtdID0gSlNPTi5wYXJzZShleGVjRmlsZVN5bmMoXG4gICdweXRob24zJywgWyctQicsICd0ZXN0cy9tdXRhbnRzL211dGFudHMucHknLCAncGxhY2VzJ10sXG4gIHsgY3dkOiByb290LCBlbmNvZGluZzogJ3V0ZjgnIH0pKVxuXG5leHBvcnQgY29uc3QgbXV0YW50c09mID0gKHN0ZXA6IHN0cmluZyk6IE11dGFudFtdID0+XG4gIGFsbC5maWx0ZXIoKG11dGFudCkgPT4gbXV0YW50LnN0ZXAgPT09IHN0ZXApXG5cbmV4cG9ydCBmdW5jdGlvbiBtdXRhbnRzKG1kOiBNYXJrZG93bkl0KTogdm9pZCB7XG4gIG1kLmNvcmUucnVsZXIucHVzaCgnbXV0YW50cycsICh7IGVudiwgdG9rZW5zLCBUb2tlbiB9KSA9PiB7XG4gICAgaWYgKHNvdXJjZU9mKGVudikgIT09IFBBR0UgfHwgZW52LnNlYXJjaGluZykgcmV0dXJuXG4gICAgY29uc3QgbGlua2VkID0gWy4uLmFsbF1cbiAgICBsZXQgc3RlcCA9ICcnXG4gICAgdG9rZW5zLmZvckVhY2goKHRva2VuLCBhdCkgPT4ge1xuICAgICAgaWYgKHRva2VuLnR5cGUgPT09ICdoZWFkaW5nX29wZW4nICYmIHRva2VuLnRhZyA9PT0gJ2gyJykge1xuICAgICAgICBzdGVwID0gdG9rZW5zW2F0ICsgMV0uY29udGVudFxuICAgICAgfVxuICAgICAgY29uc3QgaXNGaXJzdENlbGwgPSB0b2tlbi50eXBlID09PSAndHJfb3BlbicgJiYgdG9rZW5zW2F0ICsgMV0udHlwZSA9PT0gJ3RkX29wZW4nXG4gICAgICBpZiAoIWlzRmlyc3RDZWxsKSByZXR1cm5cbiAgICAgIGNvbnN0IG11dGFudCA9IGxpbmtlZC5zaGlmdCgpXG4gICAgICBpZiAobXV0YW50Py5zdGVwICE9PSBzdGVwKSB0aHJvdyBuZXcgRXJyb3IoYCR7UEFHRX0gaGFzIG90aGVyIHJvd3MgdGhhbiBpdHMgcHJvZ3JhbWApXG4gICAgICBjb25zdCBjZWxsID0gdG9rZW5zW2F0ICsgMl1cbiAgICAgIGNvbnN0IG9wZW4gPSBuZXcgVG9rZW4oJ2xpbmtfb3BlbicsICdhJywgMSlcbiAgICAgIG9wZW4uYXR0clNldCgnaHJlZicsIGAke3BhZ2VPZihgZG9jcy8ke3N0ZXB9Lm1kYCwgZW52KX0jTCR7bXV0YW50LmxpbmV9YClcbiAgICAgIGNlbGwuY2hpbGRyZW4gPSBbb3BlbiwgLi4uY2VsbC5jaGlsZHJlbiEsIG5ldyBUb2tlbignbGlua19jbG9zZScsICdhJywgLTEpXVxuICAgIH0pXG4gICAgaWYgKGxpbmtlZC5sZW5ndGggPiAwKSB0aHJvdyBuZXcgRXJyb3IoYCR7UEFHRX0gbGFja3Mgcm93cyBvZiBpdHMgcHJvZ3JhbWApXG4gIH0pXG59XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9tYXJrZG93blwiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL21hcmtkb3duL2NoYW5nZXMudHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL21hcmtkb3duL2NoYW5nZXMudHNcIjsvLyBTUERYLUxpY2Vuc2UtSWRlbnRpZmllcjogTUlUXG4vLyBcIlRoZSBjaGFuZ2VcIiBvZiBhIGNoYXB0ZXIsIHRocmVlIHdheXM6IGluIHBpZWNlcywgd2hpY2ggYXJlIGV4cGxhaW5lZCwgYXMgYSB3aG9sZVxuLy8gZGlmZiwgYW5kIGFzIHRoZSB3aG9sZSBmaWxlLCBlYWNoIGxpbmUgb2Ygd2hpY2ggc2F5cyB3aGF0IGJyZWFrcyB3aXRob3V0IGl0LlxuaW1wb3J0IHR5cGUgTWFya2Rvd25JdCBmcm9tICdtYXJrZG93bi1pdCdcbmltcG9ydCB7IHN0ZXBzIH0gZnJvbSAnLi4vcGFnZXMnXG5pbXBvcnQgeyBsaW5rVG8sIHJlYWQgfSBmcm9tICcuLi9yZXBvc2l0b3J5J1xuaW1wb3J0IHsgZnJhbWVkLCBoaWdobGlnaHRlZCB9IGZyb20gJy4vY29kZSdcbmltcG9ydCB7IGNoYXB0ZXJPZiwgdHlwZSBFbnYsIHNvdXJjZU9mIH0gZnJvbSAnLi9lbnYnXG5pbXBvcnQgeyBwYWdlT2YgfSBmcm9tICcuL2xpbmtzJ1xuaW1wb3J0IHsgbXV0YW50c09mIH0gZnJvbSAnLi9tdXRhbnRzJ1xuXG5jb25zdCBTRUNUSU9OID0gJ1RoZSBjaGFuZ2UnXG5jb25zdCBXSE9MRV9ESUZGID0gJ1RoZSB3aG9sZSBkaWZmJ1xuZXhwb3J0IGNvbnN0IFdIT0xFX0ZJTEUgPSAndGhlLXdob2xlLWZpbGUnXG5cbmV4cG9ydCBmdW5jdGlvbiBjaGFuZ2VzKG1kOiBNYXJrZG93bkl0KTogdm9pZCB7XG4gIG1kLmNvcmUucnVsZXIucHVzaCgnY2hhbmdlcycsICh7IGVudiwgdG9rZW5zLCBUb2tlbiB9KSA9PiB7XG4gICAgY29uc3Qgc3RlcCA9IGNoYXB0ZXJPZihlbnYpXG4gICAgaWYgKGVudi5zZWFyY2hpbmcgfHwgIXN0ZXBzLmluY2x1ZGVzKHN0ZXApIHx8IHNvdXJjZU9mKGVudikgIT09IGBkb2NzLyR7c3RlcH0ubWRgKSByZXR1cm5cbiAgICBjb25zdCBoZWFkaW5nID0gKHRhZzogc3RyaW5nLCB0aXRsZT86IHN0cmluZywgYWZ0ZXIgPSAwKSA9PiB0b2tlbnMuZmluZEluZGV4KFxuICAgICAgKHRva2VuLCBhdCkgPT4gYXQgPiBhZnRlciAmJiB0b2tlbi50eXBlID09PSAnaGVhZGluZ19vcGVuJyAmJiB0b2tlbi50YWcgPT09IHRhZyAmJlxuICAgICAgICAodGl0bGUgPT09IHVuZGVmaW5lZCB8fCB0b2tlbnNbYXQgKyAxXS5jb250ZW50ID09PSB0aXRsZSkpXG4gICAgY29uc3QgaHRtbCA9IChjb250ZW50OiBzdHJpbmcpID0+IHtcbiAgICAgIGNvbnN0IHRva2VuID0gbmV3IFRva2VuKCdodG1sX2Jsb2NrJywgJycsIDApXG4gICAgICB0b2tlbi5jb250ZW50ID0gYCR7Y29udGVudH1cXG5gXG4gICAgICByZXR1cm4gdG9rZW5cbiAgICB9XG4gICAgY29uc3Qgc3RhcnQgPSBoZWFkaW5nKCdoMicsIFNFQ1RJT04pXG4gICAgaWYgKHN0YXJ0ID09PSAtMSkgcmV0dXJuXG4gICAgY29uc3QgZW5kID0gaGVhZGluZygnaDInLCB1bmRlZmluZWQsIHN0YXJ0KVxuICAgIGNvbnN0IG1pZGRsZSA9IGhlYWRpbmcoJ2gzJywgV0hPTEVfRElGRiwgc3RhcnQpXG4gICAgY29uc3QgaGFzRGlmZiA9IG1pZGRsZSAhPT0gLTFcbiAgICAvLyBGcm9tIHRoZSBlbmQgb24sIHNvIHRoYXQgdGhlIHBsYWNlcyBzdGF5IHJpZ2h0LlxuICAgIHRva2Vucy5zcGxpY2UoZW5kLCAwLCBodG1sKFxuICAgICAgYDwvZGl2PjxkaXYgY2xhc3M9XCJ2aWV3XCIgZGF0YS12aWV3PVwiZmlsZVwiPiR7d2hvbGVGaWxlKG1kLCBzdGVwLCBlbnYpfTwvZGl2PjwvZGl2PmApKVxuICAgIGlmIChoYXNEaWZmKSB0b2tlbnMuc3BsaWNlKG1pZGRsZSwgMCwgaHRtbCgnPC9kaXY+PGRpdiBjbGFzcz1cInZpZXdcIiBkYXRhLXZpZXc9XCJkaWZmXCI+JykpXG4gICAgdG9rZW5zLnNwbGljZShzdGFydCArIDMsIDAsIGh0bWwoXG4gICAgICBgPGRpdiBjbGFzcz1cImNoYW5nZVwiPiR7Y2hvaWNlKGhhc0RpZmYpfTxkaXYgY2xhc3M9XCJ2aWV3XCIgZGF0YS12aWV3PVwicGllY2VzXCI+YCkpXG4gIH0pXG59XG5cbmZ1bmN0aW9uIGNob2ljZShoYXNEaWZmOiBib29sZWFuKTogc3RyaW5nIHtcbiAgY29uc3Qgdmlld3MgPSBbWydwaWVjZXMnLCAncGllY2VzJ10sIFsnZGlmZicsICd3aG9sZSBkaWZmJ10sIFsnZmlsZScsICd3aG9sZSBmaWxlJ11dXG4gIGNvbnN0IHJhZGlvcyA9IHZpZXdzLmZpbHRlcigoW3ZpZXddKSA9PiBoYXNEaWZmIHx8IHZpZXcgIT09ICdkaWZmJykubWFwKChbdmlldywgdGV4dF0sIGF0KSA9PlxuICAgIGA8bGFiZWw+PGlucHV0IHR5cGU9XCJyYWRpb1wiIG5hbWU9XCJ2aWV3XCIgdmFsdWU9XCIke3ZpZXd9XCIke2F0ID8gJycgOiAnIGNoZWNrZWQnfT5gICtcbiAgICBgPHNwYW4+JHt0ZXh0fTwvc3Bhbj48L2xhYmVsPmApXG4gIHJldHVybiBgPGZpZWxkc2V0IGNsYXNzPVwidmlld3NcIj48bGVnZW5kPlNob3c8L2xlZ2VuZD4ke3JhZGlvcy5qb2luKCcnKX08L2ZpZWxkc2V0PmBcbn1cblxuLy8gVGhlIG51bWJlciBvZiBhIGxpbmUgaXMgYSBsaW5rIHRvIHdoYXQgYnJlYWtzIHdpdGhvdXQgaXQuIFRoZSB0aGVtZSBzaG93cyB0aGF0IGJlbG93XG4vLyB0aGUgbGluZSBpbnN0ZWFkLlxuZnVuY3Rpb24gd2hvbGVGaWxlKG1kOiBNYXJrZG93bkl0LCBzdGVwOiBzdHJpbmcsIGVudjogRW52KTogc3RyaW5nIHtcbiAgY29uc3QgcGF0aCA9IGBzdGVwcy8ke3N0ZXB9L21haW4uY3BwYFxuICBjb25zdCBtdXRhbnRzID0gbXV0YW50c09mKHN0ZXApXG4gIGNvbnN0IHJvd3MgPSBgJHtwYWdlT2YoJ2RvY3MvbXV0YW50cy5tZCcsIGVudil9IyR7c3RlcH1gLnJlcGxhY2UoJy5tZCcsICcuaHRtbCcpXG4gIGNvbnN0IGxpbmVzID0gaGlnaGxpZ2h0ZWQobWQsIHJlYWQocGF0aCksICdjcHAnKS5tYXAoKGxpbmUsIGF0KSA9PiB7XG4gICAgY29uc3QgbnVtYmVyID0gYXQgKyAxXG4gICAgY29uc3QgYnJlYWtzID0gbXV0YW50cy5maWx0ZXIoKG11dGFudCkgPT4gbXV0YW50LmxpbmUgPT09IG51bWJlcilcbiAgICBpZiAoYnJlYWtzLmxlbmd0aCA9PT0gMCkge1xuICAgICAgcmV0dXJuIGA8c3BhbiBjbGFzcz1cIm51bWJlciB2cC1jb3B5LWlnbm9yZVwiIGlkPVwiTCR7bnVtYmVyfVwiPiR7bnVtYmVyfTwvc3Bhbj4ke2xpbmV9XFxuYFxuICAgIH1cbiAgICBjb25zdCBzYWlkID0gYnJlYWtzLm1hcCgoeyB3aGF0LCBzYWlkIH0pID0+XG4gICAgICBgPHNwYW4gY2xhc3M9XCJicmVha1wiPjxzcGFuPiR7bWQucmVuZGVySW5saW5lKHdoYXQsIGVudil9PC9zcGFuPiBgICtcbiAgICAgIGA8c3BhbiBjbGFzcz1cInJlZFwiPiR7bWQucmVuZGVySW5saW5lKHNhaWQsIGVudil9PC9zcGFuPjwvc3Bhbj5gKVxuICAgIHJldHVybiBgPGEgY2xhc3M9XCJudW1iZXIgdnAtY29weS1pZ25vcmVcIiBpZD1cIkwke251bWJlcn1cIiBocmVmPVwiJHtyb3dzfVwiIGFyaWEtbGFiZWw9XCJMaW5lICR7bnVtYmVyfTogYCArXG4gICAgICBgd2hhdCBicmVha3Mgd2l0aG91dCBpdFwiPiR7bnVtYmVyfTwvYT5gICtcbiAgICAgIGxpbmUucmVwbGFjZSgnY2xhc3M9XCJsaW5lJywgJyQmIGJyZWFrcycpICtcbiAgICAgIGBcXG48c3BhbiBjbGFzcz1cImJyb2tlbiB2cC1jb3B5LWlnbm9yZVwiIGhpZGRlbj4ke3NhaWQuam9pbignJyl9PC9zcGFuPmBcbiAgfSlcbiAgY29uc3QgdGl0bGUgPSBgPHAgY2xhc3M9XCJjYXB0aW9uXCI+PGEgaHJlZj1cIiR7bGlua1RvKHBhdGgpfVwiPiR7cGF0aH08L2E+PC9wPmBcbiAgcmV0dXJuIGA8aDMgaWQ9XCIke1dIT0xFX0ZJTEV9XCIgdGFiaW5kZXg9XCItMVwiPlRoZSB3aG9sZSBmaWxlPC9oMz5gICtcbiAgICAnPHAgY2xhc3M9XCJoaW50XCI+Q2xpY2sgYSBsaW5lIHRoYXQgaGFzIGEgY29sb3VyZWQgbnVtYmVyOiBpdCBzYXlzIGhvdyB0aGUgdGVzdHMgJyArXG4gICAgJ25vdGljZSB0aGF0IHRoZSBsaW5lIGlzIGJyb2tlbi48L3A+JyArXG4gICAgZnJhbWVkKHRpdGxlLCBgPHByZSBjbGFzcz1cInNoaWtpIHZwLWNvZGVcIiB0YWJpbmRleD1cIjBcIiB2LXByZT48Y29kZT4ke1xuICAgICAgbGluZXMuam9pbignJyl9PC9jb2RlPjwvcHJlPmAsICd3aG9sZS1maWxlJylcbn1cbiIsICJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3Nydi93dC9sYWIvZG9jcy8udml0ZXByZXNzL21hcmtkb3duXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ZpbGVuYW1lID0gXCIvc3J2L3d0L2xhYi9kb2NzLy52aXRlcHJlc3MvbWFya2Rvd24vbWF0cml4LnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9tYXJrZG93bi9tYXRyaXgudHNcIjsvLyBTUERYLUxpY2Vuc2UtSWRlbnRpZmllcjogTUlUXG4vLyBFYWNoIG91dGNvbWUgb2YgYW4gYXR0YWNrIGxlYWRzIHRvIHRoZSBjb2RlIG9mIHRoZSBhdHRhY2suXG5pbXBvcnQgeyByZWFkZGlyU3luYyB9IGZyb20gJ25vZGU6ZnMnXG5pbXBvcnQgeyBqb2luIH0gZnJvbSAnbm9kZTpwYXRoJ1xuaW1wb3J0IHR5cGUgTWFya2Rvd25JdCBmcm9tICdtYXJrZG93bi1pdCdcbmltcG9ydCB7IGxpbmtUbywgcmVhZCwgcm9vdCB9IGZyb20gJy4uL3JlcG9zaXRvcnknXG5cbmNvbnN0IERJUkVDVE9SWSA9ICd0ZXN0cy9hdHRhY2tzJ1xuY29uc3QgcGxhY2VzID0gbmV3IE1hcChyZWFkZGlyU3luYyhqb2luKHJvb3QsIERJUkVDVE9SWSkpXG4gIC5maWx0ZXIoKG5hbWUpID0+IG5hbWUuZW5kc1dpdGgoJy5jcHAnKSlcbiAgLmZsYXRNYXAoKG5hbWUpID0+IGF0dGFja3NPZihgJHtESVJFQ1RPUll9LyR7bmFtZX1gKSkpXG5cbi8vIFRoZSBlbnRyeSBvZiBhbiBhdHRhY2ssIGFuZCB3aGF0IGl0IGNhbGxzIGJlZm9yZSBpdCBpbiB0aGUgZmlsZSwgYmVnaW4gYW5kIGVuZCBpbiB0aGVcbi8vIGZpcnN0IGNvbHVtbi5cbmZ1bmN0aW9uIGF0dGFja3NPZihwYXRoOiBzdHJpbmcpOiBbc3RyaW5nLCBzdHJpbmddW10ge1xuICBjb25zdCBsaW5lcyA9IHJlYWQocGF0aCkuc3BsaXQoJ1xcbicpXG4gIHJldHVybiBsaW5lcy5mbGF0TWFwKChsaW5lLCBhdCkgPT4ge1xuICAgIGNvbnN0IG5hbWUgPSAvXiArXFwubmFtZSA9IFwiKC4qKVwiLCQvLmV4ZWMobGluZSk/LlsxXVxuICAgIGlmICghbmFtZSkgcmV0dXJuIFtdXG4gICAgY29uc3Qgc3RhcnQgPSBsaW5lcy5maW5kTGFzdEluZGV4KChvbmUsIG4pID0+IG4gPCBhdCAmJiAvXmNvbnN0IEVudHJ5Ly50ZXN0KG9uZSkpXG4gICAgY29uc3QgZW5kID0gbGluZXMuZmluZEluZGV4KChvbmUsIG4pID0+IG4gPiBhdCAmJiBvbmUgPT09ICd9KTsnKVxuICAgIHJldHVybiBbW25hbWUsIGxpbmtUbyhwYXRoLCBbc3RhcnQgKyAxLCBlbmQgKyAxXSldXVxuICB9KVxufVxuXG5leHBvcnQgZnVuY3Rpb24gbWF0cml4KG1kOiBNYXJrZG93bkl0KTogdm9pZCB7XG4gIC8vIFZpdGVQcmVzcyBkcm9wcyBpdHMgY2xhc3MuXG4gIG1kLnJlbmRlcmVyLnJ1bGVzLnRhYmxlX29wZW4gPSAodG9rZW5zLCBhdCwgb3B0aW9ucywgXywgc2VsZikgPT4ge1xuICAgIHRva2Vuc1thdF0uYXR0clNldCgndGFiaW5kZXgnLCAnMCcpIC8vIGl0IHNjcm9sbHMgd2hlcmUgaXQgaXMgdG9vIHdpZGVcbiAgICByZXR1cm4gc2VsZi5yZW5kZXJUb2tlbih0b2tlbnMsIGF0LCBvcHRpb25zKVxuICB9XG4gIG1kLmNvcmUucnVsZXIucHVzaCgnbWF0cml4JywgKHsgZW52LCB0b2tlbnMsIFRva2VuIH0pID0+IHtcbiAgICBpZiAoZW52LnNlYXJjaGluZykgcmV0dXJuXG4gICAgbGV0IGNlbGxzOiBudW1iZXJbXSA9IFtdIC8vIG9mIGEgcm93LCB0aGUgcGxhY2VzIG9mIHRoZWlyIGNvbnRlbnRzXG4gICAgdG9rZW5zLmZvckVhY2goKHRva2VuLCBhdCkgPT4ge1xuICAgICAgaWYgKHRva2VuLnR5cGUgPT09ICd0aF9vcGVuJyAmJiB0b2tlbnNbYXQgKyAxXS5jb250ZW50ID09PSAnQXR0YWNrJykge1xuICAgICAgICB0b2tlbnMuZmluZExhc3QoKHsgdHlwZSB9LCBuKSA9PiBuIDwgYXQgJiYgdHlwZSA9PT0gJ3RhYmxlX29wZW4nKSFcbiAgICAgICAgICAuYXR0clNldCgnY2xhc3MnLCAnbWF0cml4JylcbiAgICAgIH1cbiAgICAgIGlmICh0b2tlbi50eXBlID09PSAndHJfb3BlbicpIGNlbGxzID0gW11cbiAgICAgIGlmICh0b2tlbi50eXBlID09PSAndGRfb3BlbicpIGNlbGxzLnB1c2goYXQgKyAxKVxuICAgICAgaWYgKHRva2VuLnR5cGUgIT09ICd0cl9jbG9zZScgfHwgY2VsbHMubGVuZ3RoID09PSAwKSByZXR1cm5cbiAgICAgIGNvbnN0IHRhYmxlID0gdG9rZW5zLmZpbmRMYXN0KCh7IHR5cGUgfSwgbikgPT4gbiA8IGF0ICYmIHR5cGUgPT09ICd0YWJsZV9vcGVuJykhXG4gICAgICBpZiAodGFibGUuYXR0ckdldCgnY2xhc3MnKSAhPT0gJ21hdHJpeCcpIHJldHVyblxuICAgICAgY29uc3QgW25hbWUsICwgLi4ub3V0Y29tZXNdID0gY2VsbHNcbiAgICAgIGNvbnN0IGFkZHJlc3MgPSBwbGFjZXMuZ2V0KHRva2Vuc1tuYW1lXS5jaGlsZHJlbiFbMF0uY29udGVudClcbiAgICAgIGlmICghYWRkcmVzcykgdGhyb3cgbmV3IEVycm9yKGBubyBhdHRhY2sgJHt0b2tlbnNbbmFtZV0uY29udGVudH1gKVxuICAgICAgZm9yIChjb25zdCBlbmQgb2YgW25hbWUgLSAxLCBuYW1lICsgMV0pIHRva2Vuc1tlbmRdLnRhZyA9ICd0aCdcbiAgICAgIHRva2Vuc1tuYW1lIC0gMV0uYXR0clNldCgnc2NvcGUnLCAncm93JylcbiAgICAgIGZvciAoY29uc3QgcGxhY2Ugb2Ygb3V0Y29tZXMpIHtcbiAgICAgICAgY29uc3QgY2VsbCA9IHRva2Vuc1twbGFjZV1cbiAgICAgICAgY29uc3Qgb3V0Y29tZSA9XG4gICAgICAgICAgL09QRU4vLnRlc3QoY2VsbC5jb250ZW50KSA/ICdvcGVuJyA6IC9eaGVsZC8udGVzdChjZWxsLmNvbnRlbnQpID8gJ2hlbGQnIDogJ25vbmUnXG4gICAgICAgIHRva2Vuc1twbGFjZSAtIDFdLmF0dHJTZXQoJ2NsYXNzJywgb3V0Y29tZSlcbiAgICAgICAgaWYgKG91dGNvbWUgPT09ICdub25lJykgY29udGludWVcbiAgICAgICAgY29uc3Qgb3BlbiA9IG5ldyBUb2tlbignbGlua19vcGVuJywgJ2EnLCAxKVxuICAgICAgICBvcGVuLmF0dHJTZXQoJ2hyZWYnLCBhZGRyZXNzKVxuICAgICAgICBjZWxsLmNoaWxkcmVuID0gW29wZW4sIC4uLmNlbGwuY2hpbGRyZW4hLCBuZXcgVG9rZW4oJ2xpbmtfY2xvc2UnLCAnYScsIC0xKV1cbiAgICAgIH1cbiAgICB9KVxuICB9KVxufVxuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvc3J2L3d0L2xhYi9kb2NzLy52aXRlcHJlc3MvbWFya2Rvd25cIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi9zcnYvd3QvbGFiL2RvY3MvLnZpdGVwcmVzcy9tYXJrZG93bi9pbmRleC50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vc3J2L3d0L2xhYi9kb2NzLy52aXRlcHJlc3MvbWFya2Rvd24vaW5kZXgudHNcIjsvLyBTUERYLUxpY2Vuc2UtSWRlbnRpZmllcjogTUlUXG5pbXBvcnQgdHlwZSB7IE1hcmtkb3duT3B0aW9ucyB9IGZyb20gJ3ZpdGVwcmVzcydcbmltcG9ydCB7IGNoYW5nZXMgfSBmcm9tICcuL2NoYW5nZXMnXG5pbXBvcnQgeyBjb2RlIH0gZnJvbSAnLi9jb2RlJ1xuaW1wb3J0IHsgbGlua3MgfSBmcm9tICcuL2xpbmtzJ1xuaW1wb3J0IHsgbWFuUGFnZXMgfSBmcm9tICcuL21hbi1wYWdlcydcbmltcG9ydCB7IG1hdHJpeCB9IGZyb20gJy4vbWF0cml4J1xuaW1wb3J0IHsgbXV0YW50cyB9IGZyb20gJy4vbXV0YW50cydcblxuZXhwb3J0IGNvbnN0IG1hcmtkb3duOiBNYXJrZG93bk9wdGlvbnMgPSB7XG4gIHRoZW1lOiB7IGxpZ2h0OiAnZ2l0aHViLWxpZ2h0LWhpZ2gtY29udHJhc3QnLCBkYXJrOiAnZ2l0aHViLWRhcmstaGlnaC1jb250cmFzdCcgfSxcbiAgbGFuZ3VhZ2VBbGlhczogeyBjb25zb2xlOiAndGV4dCcgfSxcbiAgYW5jaG9yOiB7IHNsdWdpZnkgfSxcbiAgY29uZmlnKG1kKSB7XG4gICAgbWQudXNlKGNoYW5nZXMpLnVzZShjb2RlKS51c2UobGlua3MpLnVzZShtYW5QYWdlcykudXNlKG1hdHJpeCkudXNlKG11dGFudHMpXG4gIH0sXG59XG5cbi8vIEFzIEdpdEh1YiBkb2VzIGl0LCBhbmQgdG9vbHMvc3luYy9kb2N1bWVudC5weS5cbmZ1bmN0aW9uIHNsdWdpZnkoaGVhZGluZzogc3RyaW5nKTogc3RyaW5nIHtcbiAgcmV0dXJuIGhlYWRpbmcudHJpbSgpLnRvTG93ZXJDYXNlKCkucmVwbGFjZSgvW15cXHB7TH1cXHB7TX1cXHB7Tn1fXFwtIF0vZ3UsICcnKVxuICAgIC5yZXBsYWNlKC8gL2csICctJylcbn1cbiJdLAogICJtYXBwaW5ncyI6ICI7QUFHQSxTQUFTLGlCQUFBQSxzQkFBcUI7QUFDOUIsU0FBUyxvQkFBb0I7OztBQ0Q3QixTQUFTLGNBQUFDLGFBQVksZ0JBQUFDLHFCQUFvQjtBQUN6QyxTQUFTLFdBQUFDLFVBQVMsUUFBQUMsT0FBTSxhQUFhOzs7QUNGckMsU0FBUyxnQkFBQUMscUJBQW9CO0FBQzdCLFNBQVMsbUJBQW1CO0FBQzVCLFNBQVMsUUFBQUMsYUFBWTs7O0FDRnJCLFNBQVMsb0JBQW9CO0FBQzdCLFNBQVMsY0FBYyxZQUFZLFdBQVcsY0FBYyxnQkFBZ0I7QUFDNUUsU0FBUyxTQUFTLE1BQU0sZ0JBQWdCO0FBQ3hDLFNBQVMscUJBQXFCO0FBTCtILElBQU0sMkNBQTJDO0FBT3ZNLElBQU0sT0FBTyxjQUFjLElBQUksSUFBSSxTQUFTLHdDQUFlLENBQUM7QUFFNUQsSUFBTSxPQUFPLENBQUMsU0FBeUIsYUFBYSxLQUFLLE1BQU0sSUFBSSxHQUFHLE1BQU07QUFHNUUsSUFBTSxlQUFlLENBQUMsU0FBeUIsU0FBUyxNQUFNLElBQUk7QUFJbEUsSUFBTSxVQUE4QixZQUFZO0FBRXZELFNBQVMsY0FBa0M7QUFDekMsUUFBTSxFQUFFLG1CQUFtQixrQkFBa0IsSUFBSSxRQUFRO0FBQ3pELE1BQUksa0JBQW1CLFFBQU8sR0FBRyxpQkFBaUIsSUFBSSxpQkFBaUI7QUFDdkUsTUFBSSxTQUFTO0FBQ2IsTUFBSTtBQUNGLGFBQVM7QUFBQSxNQUNQO0FBQUEsTUFBTyxDQUFDLE1BQU0sb0JBQW9CLFVBQVUsU0FBUyxtQkFBbUI7QUFBQSxNQUN4RSxFQUFFLEtBQUssTUFBTSxVQUFVLE9BQU87QUFBQSxJQUFDLEVBQUUsS0FBSztBQUFBLEVBQzFDLFFBQVE7QUFDTixXQUFPO0FBQUEsRUFDVDtBQUNBLFFBQU0sUUFBUSxpRUFBaUUsS0FBSyxNQUFNO0FBQzFGLFNBQU8sUUFBUSxXQUFXLE1BQU0sQ0FBQyxDQUFDLElBQUksTUFBTSxDQUFDLENBQUMsS0FBSztBQUNyRDtBQUdBLElBQU0sU0FBUyxvQkFBSSxJQUFZO0FBRXhCLFNBQVMsWUFBWSxNQUFvQjtBQUM5QyxhQUFXLFFBQVEsUUFBUTtBQUN6QixVQUFNLE9BQU8sS0FBSyxNQUFNLFVBQVUsSUFBSSxNQUFNO0FBQzVDLGNBQVUsUUFBUSxJQUFJLEdBQUcsRUFBRSxXQUFXLEtBQUssQ0FBQztBQUM1QyxpQkFBYSxLQUFLLE1BQU0sSUFBSSxHQUFHLElBQUk7QUFBQSxFQUNyQztBQUNGO0FBR08sU0FBUyxPQUFPLE1BQWMsT0FBa0M7QUFDckUsUUFBTSxPQUFPLEtBQUssTUFBTSxJQUFJO0FBQzVCLE1BQUksQ0FBQyxXQUFXLElBQUksRUFBRyxPQUFNLElBQUksTUFBTSxlQUFlLElBQUksRUFBRTtBQUM1RCxRQUFNLGNBQWMsU0FBUyxJQUFJLEVBQUUsWUFBWTtBQUMvQyxNQUFJLFNBQVM7QUFDWCxVQUFNLFFBQVEsUUFBUSxLQUFLLE1BQU0sQ0FBQyxDQUFDLEtBQUssTUFBTSxDQUFDLENBQUMsS0FBSztBQUNyRCxXQUFPLEdBQUcsT0FBTyxJQUFJLGNBQWMsU0FBUyxNQUFNLFNBQVMsSUFBSSxHQUFHLEtBQUs7QUFBQSxFQUN6RTtBQUNBLE1BQUksWUFBYSxPQUFNLElBQUksTUFBTSwyQkFBMkIsSUFBSSxFQUFFO0FBQ2xFLFNBQU8sSUFBSSxJQUFJO0FBQ2YsU0FBTyxXQUFXLElBQUk7QUFDeEI7OztBRC9DQSxJQUFNLFFBQVEsQ0FBQyxhQUFhLGVBQWU7QUFDM0MsSUFBTSxlQUFlLENBQUMsZ0JBQWdCO0FBQ3RDLElBQU0sV0FBVyxDQUFDLDBCQUEwQiw4QkFBOEI7QUFDMUUsSUFBTSxPQUFPLENBQUMsbUJBQW1CLGNBQWM7QUFFeEMsSUFBTSxRQUFrQixLQUFLLE1BQU1DO0FBQUEsRUFDeEM7QUFBQSxFQUFXLENBQUMsTUFBTSxNQUFNLDREQUE0RDtBQUFBLEVBQ3BGLEVBQUUsS0FBS0MsTUFBSyxNQUFNLE9BQU8sR0FBRyxVQUFVLE9BQU87QUFBQyxDQUFDO0FBR2pELElBQU0sZ0JBQWdCLHVCQUF1QixLQUFLLEtBQUssU0FBUyxDQUFDLEVBQUcsQ0FBQztBQUNyRSxJQUFNLFVBQVUsTUFBTSxNQUFNLEdBQUcsTUFBTSxRQUFRLGFBQWEsSUFBSSxDQUFDO0FBRS9ELElBQU0sVUFBVSxDQUFDLFNBQWlCLFFBQVEsSUFBSTtBQUM5QyxJQUFNLFdBQVc7QUFBQSxFQUNmLEdBQUcsUUFBUSxJQUFJLE9BQU87QUFBQSxFQUFHLEdBQUc7QUFBQSxFQUFjLEdBQUcsTUFBTSxNQUFNLFFBQVEsTUFBTSxFQUFFLElBQUksT0FBTztBQUFDO0FBQ3ZGLElBQU0sU0FBUyxZQUFZQSxNQUFLLE1BQU0sTUFBTSxDQUFDLEVBQzFDLE9BQU8sQ0FBQyxTQUFTLEtBQUssU0FBUyxLQUFLLENBQUMsRUFDckMsSUFBSSxDQUFDLFNBQVMsUUFBUSxJQUFJLEVBQUUsRUFDNUIsT0FBTyxDQUFDLFNBQVMsQ0FBQyxDQUFDLEdBQUcsT0FBTyxHQUFHLFFBQVEsRUFBRSxTQUFTLElBQUksQ0FBQztBQUVwRCxJQUFNLFFBQVEsQ0FBQyxHQUFHLE9BQU8sR0FBRyxVQUFVLEdBQUcsUUFBUSxHQUFHLFVBQVUsR0FBRyxJQUFJO0FBRXJFLElBQU0sVUFBVSxDQUFDLFNBQXlCLFlBQVksS0FBSyxLQUFLLElBQUksQ0FBQyxFQUFHLENBQUM7QUFHekUsSUFBTSxVQUFVLENBQUMsU0FDdEIsU0FBUyxjQUFjLGFBQWEsS0FBSyxRQUFRLFdBQVcsRUFBRSxFQUFFO0FBQUEsRUFDOUQ7QUFBQSxFQUFnQixDQUFDLFNBQVMsS0FBSyxZQUFZO0FBQUM7QUFFaEQsSUFBTSxPQUFPLENBQUMsU0FBaUI7QUFDN0IsUUFBTSxDQUFDLEVBQUUsUUFBUSxLQUFLLElBQUksc0JBQXNCLEtBQUssUUFBUSxJQUFJLENBQUMsS0FBSyxDQUFDO0FBQ3hFLFFBQU0sT0FBTyxNQUFNLFFBQVEsSUFBSSxFQUFFLFFBQVEsaUJBQWlCLEVBQUU7QUFDNUQsU0FBTyxTQUNILEVBQUUsTUFBTSxNQUFNLDZCQUE2QixNQUFNLFdBQVcsS0FBSyxHQUFHLElBQ3BFLEVBQUUsTUFBTSxNQUFNLFFBQVEsSUFBSSxFQUFFO0FBQ2xDO0FBRU8sSUFBTSxVQUFVO0FBQUEsRUFDckIsRUFBRSxNQUFNLFNBQVMsT0FBTyxNQUFNLElBQUksSUFBSSxFQUFFO0FBQUEsRUFDeEMsRUFBRSxNQUFNLFlBQVksT0FBTyxDQUFDLEdBQUcsUUFBUSxJQUFJLE9BQU8sR0FBRyxHQUFHLFlBQVksRUFBRSxJQUFJLElBQUksRUFBRTtBQUFBLEVBQ2hGLEVBQUUsTUFBTSxZQUFZLE9BQU8sTUFBTSxNQUFNLFFBQVEsTUFBTSxFQUFFLElBQUksT0FBTyxFQUFFLElBQUksSUFBSSxFQUFFO0FBQUEsRUFDOUU7QUFBQSxJQUNFLE1BQU07QUFBQSxJQUNOLE9BQU8sT0FBTyxJQUFJLElBQUksRUFBRSxLQUFLLENBQUMsS0FBSyxVQUFVLElBQUksS0FBSyxjQUFjLE1BQU0sSUFBSSxDQUFDO0FBQUEsRUFDakY7QUFBQSxFQUNBLEVBQUUsTUFBTSxZQUFZLE9BQU8sU0FBUyxJQUFJLElBQUksRUFBRTtBQUFBLEVBQzlDLEVBQUUsTUFBTSxlQUFlLE9BQU8sS0FBSyxJQUFJLElBQUksRUFBRTtBQUMvQzs7O0FEakRPLFNBQVMsV0FBVyxFQUFFLFFBQVEsT0FBTyxNQUFNLFVBQVUsS0FBSyxHQUFxQjtBQUNwRixRQUFNLFVBQVUsS0FBSyxJQUFJLENBQUMsU0FBUyxTQUFTLElBQUksSUFBSSxLQUFLLElBQUksRUFDMUQsT0FBTyxDQUFDLFNBQVMsQ0FBQyxNQUFNLFNBQVMsSUFBSSxDQUFDO0FBQ3pDLE1BQUksUUFBUSxTQUFTLEVBQUcsT0FBTSxJQUFJLE1BQU0sMkJBQTJCLE9BQU8sRUFBRTtBQUM1RSxRQUFNLE9BQU8sb0JBQUksSUFBb0I7QUFDckMsUUFBTUMsUUFBTyxDQUFDLFNBQWlCO0FBQzdCLFFBQUksQ0FBQyxLQUFLLElBQUksSUFBSSxFQUFHLE1BQUssSUFBSSxNQUFNQyxjQUFhQyxNQUFLLFFBQVEsSUFBSSxHQUFHLE1BQU0sQ0FBQztBQUM1RSxXQUFPLEtBQUssSUFBSSxJQUFJO0FBQUEsRUFDdEI7QUFDQSxRQUFNLE9BQU8sb0JBQUksSUFBWTtBQUM3QixhQUFXLFFBQVEsS0FBSyxJQUFJLENBQUMsU0FBUyxTQUFTLElBQUksR0FBRyxLQUFLLEtBQUssUUFBUSxTQUFTLE9BQU8sQ0FBQyxHQUFHO0FBQzFGLGVBQVcsQ0FBQyxFQUFFLElBQUksS0FBS0YsTUFBSyxJQUFJLEVBQUUsU0FBUyw0QkFBNEIsR0FBRztBQUN4RSxVQUFJLG9CQUFvQixLQUFLLElBQUksRUFBRztBQUNwQyxZQUFNLENBQUMsTUFBTSxNQUFNLElBQUksS0FBSyxNQUFNLEdBQUcsRUFBRSxJQUFJLFNBQVM7QUFDcEQsWUFBTSxTQUFTLEtBQUssV0FBVyxLQUFLLElBQUksSUFBSSxLQUFLLE1BQU0sS0FBSyxLQUFLLE1BQU0sSUFDbkUsT0FBTyxNQUFNLEtBQUtHLFNBQVEsSUFBSSxHQUFHLElBQUksSUFBSTtBQUM3QyxZQUFNLE9BQU8sVUFBVSxLQUFLLE1BQU0sSUFBSSxHQUFHLE1BQU0sZUFDM0MsU0FBUyxLQUFLLE1BQU0sSUFBSSxTQUFTLEdBQUcsTUFBTTtBQUM5QyxZQUFNLFNBQVMsQ0FBQ0MsWUFBV0YsTUFBSyxRQUFRLElBQUksQ0FBQyxLQUFLLFVBQ2hELENBQUNGLE1BQUssSUFBSSxFQUFFLFNBQVMsUUFBUSxNQUFNLEdBQUc7QUFDeEMsVUFBSSxPQUFRLE1BQUssSUFBSSxHQUFHLElBQUksS0FBSyxJQUFJLEVBQUU7QUFBQSxJQUN6QztBQUFBLEVBQ0Y7QUFDQSxNQUFJLEtBQUssT0FBTyxFQUFHLE9BQU0sSUFBSSxNQUFNO0FBQUEsRUFBZ0IsQ0FBQyxHQUFHLElBQUksRUFBRSxLQUFLLElBQUksQ0FBQyxFQUFFO0FBQzNFOzs7QUdwQk8sSUFBTSxXQUFXLENBQUMsUUFBcUIsYUFBYSxJQUFJLFlBQVksSUFBSSxRQUFRLEVBQUU7QUFHbEYsSUFBTSxZQUFZLENBQUMsUUFDeEIsU0FBUyxHQUFHLEVBQUUsUUFBUSxXQUFXLEVBQUUsRUFBRSxRQUFRLFNBQVMsRUFBRTtBQUVuRCxJQUFNLFVBQVUsQ0FBQyxTQUN0QixLQUFLLFFBQVEsTUFBTSxPQUFPLEVBQUUsUUFBUSxNQUFNLE1BQU0sRUFBRSxRQUFRLE1BQU0sTUFBTSxFQUNuRSxRQUFRLE1BQU0sUUFBUSxFQUFFLFFBQVEsTUFBTSxPQUFPOzs7QUNmbEQsSUFBTSxPQUFPO0FBQ2IsSUFBTSxRQUFRLElBQUksSUFBSSxLQUFLLHNCQUFzQixFQUFFLE1BQU0sSUFBSSxDQUFDO0FBRTlELElBQU0sWUFBWSxDQUFDLE1BQWMsWUFDL0IsdUNBQXVDLE9BQU8sSUFBSSxJQUFJLElBQUksT0FBTztBQUc1RCxJQUFNLGVBQWUsQ0FBQyxTQUMzQixLQUFLLFFBQVEsTUFBTSxDQUFDLE1BQU0sTUFBTSxZQUM5QixNQUFNLElBQUksSUFBSSxJQUFJLFlBQVksVUFBVSxNQUFNLE9BQU8sQ0FBQyxLQUFLLElBQUksU0FBUyxJQUFJO0FBRXpFLFNBQVMsU0FBUyxJQUFzQjtBQUM3QyxLQUFHLEtBQUssTUFBTSxLQUFLLGFBQWEsQ0FBQyxFQUFFLFFBQVEsTUFBTSxNQUFNO0FBQ3JELGVBQVcsVUFBVSxPQUFPLE9BQU8sQ0FBQyxFQUFFLFNBQVMsTUFBTSxRQUFRLEdBQUc7QUFDOUQsVUFBSSxRQUFRO0FBQ1osYUFBTyxXQUFXLE9BQU8sU0FBVSxRQUFRLENBQUMsVUFBVTtBQUNwRCxpQkFBUyxPQUFPLE1BQU0sU0FBUyxXQUFXLElBQUksT0FBTyxNQUFNLFNBQVMsWUFBWTtBQUNoRixZQUFJLE1BQU0sU0FBUyxVQUFVLFFBQVEsRUFBRyxRQUFPO0FBQy9DLGNBQU0sUUFBUSxDQUFDO0FBQ2YsWUFBSSxNQUFNO0FBQ1YsY0FBTSxPQUFPLENBQUMsWUFBb0I7QUFDaEMsZ0JBQU0sT0FBTyxJQUFJLE1BQU0sUUFBUSxJQUFJLENBQUM7QUFDcEMsZUFBSyxVQUFVO0FBQ2YsaUJBQU87QUFBQSxRQUNUO0FBQ0EsbUJBQVcsU0FBUyxNQUFNLFFBQVEsU0FBUyxJQUFJLEdBQUc7QUFDaEQsY0FBSSxDQUFDLE1BQU0sSUFBSSxNQUFNLENBQUMsQ0FBQyxFQUFHO0FBQzFCLGdCQUFNLE9BQU8sSUFBSSxNQUFNLGFBQWEsS0FBSyxDQUFDO0FBQzFDLGVBQUssUUFBUSxRQUFRLFVBQVUsTUFBTSxDQUFDLEdBQUcsTUFBTSxDQUFDLENBQUMsQ0FBQztBQUNsRCxnQkFBTTtBQUFBLFlBQUssS0FBSyxNQUFNLFFBQVEsTUFBTSxLQUFLLE1BQU0sS0FBSyxDQUFDO0FBQUEsWUFBRztBQUFBLFlBQ3RELEtBQUssTUFBTSxDQUFDLENBQUM7QUFBQSxZQUFHLElBQUksTUFBTSxjQUFjLEtBQUssRUFBRTtBQUFBLFVBQUM7QUFDbEQsZ0JBQU0sTUFBTSxRQUFTLE1BQU0sQ0FBQyxFQUFFO0FBQUEsUUFDaEM7QUFDQSxlQUFPLENBQUMsR0FBRyxPQUFPLEtBQUssTUFBTSxRQUFRLE1BQU0sR0FBRyxDQUFDLENBQUM7QUFBQSxNQUNsRCxDQUFDO0FBQUEsSUFDSDtBQUFBLEVBQ0YsQ0FBQztBQUNIOzs7QUN4Q0EsU0FBUyx3QkFBd0I7QUFHMUIsU0FBUyxRQUFRLFFBQXdCO0FBQzlDLFFBQU0sUUFBUSx1QkFBdUIsS0FBSyxNQUFNLEVBQUcsQ0FBQztBQUNwRCxRQUFNLE9BQU8sUUFBUSxPQUFPLFFBQVEsOEJBQThCLEVBQUUsQ0FBQyxFQUVsRSxRQUFRLFNBQVMsTUFBTTtBQUMxQixRQUFNLE1BQU0saUJBQWlCLE1BQU0sRUFBRSxhQUFhLEtBQUssQ0FBQyxFQUNyRCxRQUFRLHlCQUF5QixFQUFFLEVBQUUsUUFBUSxrQkFBa0IsRUFBRSxFQUNqRSxRQUFRLFFBQVEseUJBQXlCO0FBQzVDLE1BQUksYUFBYSxLQUFLLElBQUksRUFBRyxPQUFNLE1BQU0sR0FBRztBQUM1QyxTQUFPLGtEQUFrRCxRQUFRLEtBQUssQ0FBQyxrQkFDbEUsUUFBUSxLQUFLLE1BQU0sQ0FBQztBQUFBO0FBQzNCO0FBSUEsU0FBUyxRQUFRLE1BQXNCO0FBQ3JDLFFBQU0sUUFBUTtBQUNkLFFBQU0sVUFBVSxLQUFLLFFBQVEsT0FBTyxFQUFFLEVBQUUsTUFBTSxJQUFJLEVBQUUsTUFBTSxDQUFDLEVBQUUsS0FBSyxDQUFDLFNBQVMsS0FBSyxLQUFLLENBQUM7QUFDdkYsTUFBSSxRQUFTLFFBQU87QUFDcEIsUUFBTSxTQUFTLEtBQUssTUFBTSxLQUFLLEtBQUssQ0FBQztBQUNyQyxTQUFPLEtBQUssTUFBTSxJQUFJLEVBQUUsQ0FBQyxJQUFJLE9BQU8sT0FBTyxRQUFRLEVBQUUsS0FBSyxFQUFFO0FBQzlEO0FBR0EsU0FBUyxNQUFNLE1BQWMsS0FBbUI7QUFDOUMsUUFBTSxTQUFTLEtBQUssTUFBTSxlQUFlLEdBQUcsVUFBVTtBQUN0RCxRQUFNLFFBQVEsSUFBSSxNQUFNLGVBQWUsR0FBRyxVQUFVO0FBQ3BELE1BQUksV0FBVyxNQUFPLE9BQU0sSUFBSSxNQUFNLEdBQUcsS0FBSyxPQUFPLE1BQU07QUFBQSxFQUFrQixJQUFJLEVBQUU7QUFDckY7QUFFQSxTQUFTLFFBQVEsS0FBYSxRQUF3QjtBQUNwRCxRQUFNLE9BQU8sQ0FBQyxHQUFHLE9BQU8sU0FBUyx1QkFBdUIsQ0FBQztBQUN6RCxTQUFPLEtBQUssT0FBTyxDQUFDLE9BQU8sQ0FBQyxFQUFFLE1BQU0sRUFBRSxNQUFNLE1BQU07QUFBQSxJQUNoRCxJQUFJLE9BQU8sZUFBZSxJQUFJLGNBQWMsRUFBRSw2QkFBNkI7QUFBQSxJQUMzRTtBQUFBLEVBQTZCLEdBQUcsR0FBRyxFQUNsQyxRQUFRLFVBQVUseUlBQ3lEO0FBQ2hGOzs7QUNqQ0EsSUFBTSxTQUFTO0FBRWYsSUFBTSxjQUFjO0FBRWIsU0FBUyxLQUFLLElBQXNCO0FBQ3pDLFFBQU0sUUFBUSxHQUFHLFNBQVMsTUFBTTtBQUNoQyxLQUFHLFNBQVMsTUFBTSxRQUFRLENBQUMsUUFBUSxJQUFJLFNBQVMsS0FBSyxTQUFTO0FBQzVELFVBQU0sUUFBUSxPQUFPLEVBQUU7QUFDdkIsVUFBTSxDQUFDLFVBQVUsR0FBRyxNQUFNLElBQUksTUFBTSxLQUFLLE1BQU0sS0FBSztBQUNwRCxVQUFNLFVBQVUsTUFBTSxRQUFRO0FBQUEsTUFDNUI7QUFBQSxNQUFhLFdBQVc7QUFBQSxJQUFpQztBQUMzRCxRQUFJLElBQUksVUFBVyxRQUFPLFFBQVEsUUFBUSxNQUFNLE9BQU8sQ0FBQztBQUN4RCxRQUFJLGFBQWEsVUFBVyxRQUFPLFdBQVcsTUFBTSxTQUFTLFVBQVUsR0FBRyxDQUFDO0FBQzNFLFFBQUksYUFBYSxVQUFXLFFBQU8sUUFBUSxNQUFNLE9BQU87QUFDeEQsUUFBSSxhQUFhLE9BQVEsUUFBTyxLQUFLLElBQUksTUFBTSxTQUFTLE1BQU07QUFDOUQsUUFBSSxhQUFhLE9BQU87QUFDdEIsYUFBTztBQUFBLFFBQU8sUUFBUSxRQUFRLE1BQU0sT0FBTztBQUFBLFFBQ3pDLElBQUksWUFBWSxJQUFJLE1BQU0sU0FBUyxLQUFLLEVBQUUsS0FBSyxJQUFJLENBQUM7QUFBQSxNQUFDO0FBQUEsSUFDekQ7QUFDQSxXQUFPLE1BQU0sUUFBUSxJQUFJLFNBQVMsS0FBSyxJQUFJO0FBQUEsRUFDN0M7QUFDRjtBQUtPLFNBQVMsWUFBWSxJQUFnQixNQUFjLFVBQTRCO0FBQ3BGLFFBQU0sT0FBTyxHQUFHLFFBQVEsVUFBVyxLQUFLLFFBQVEsR0FBRyxVQUFVLEVBQUU7QUFDL0QsUUFBTSxRQUFRLHVCQUF1QixLQUFLLElBQUksRUFBRyxDQUFDLEVBQUUsTUFBTSxJQUFJO0FBQzlELFNBQU8sTUFBTSxJQUFJLENBQUMsU0FBUyxhQUFhLElBQUksQ0FBQztBQUMvQztBQUVBLElBQU0sTUFBTSxDQUFDLFVBQ1gsdURBQXVELEtBQUs7QUFFdkQsSUFBTSxTQUFTLENBQUMsT0FBZSxNQUFjLFVBQVU7QUFBQTtBQUFBLEVBRTVELDhDQUE4QyxPQUFPLEtBQUssS0FBSyw2RUFFNUQsSUFBSTtBQUFBO0FBQUE7QUFFVCxTQUFTLFFBQVEsQ0FBQyxNQUFNLElBQUksR0FBYSxNQUFzQjtBQUM3RCxNQUFJLENBQUMsS0FBTSxRQUFPO0FBQ2xCLFFBQU0sUUFBUSxLQUFLLElBQUksRUFBRSxNQUFNLElBQUk7QUFDbkMsUUFBTSxTQUFTLEtBQUssUUFBUSxFQUFFLE1BQU0sSUFBSTtBQUN4QyxRQUFNSyxTQUFRLE1BQU0sVUFBVSxDQUFDLEdBQUcsT0FBTyxPQUFPLE1BQU0sQ0FBQyxNQUFNLE1BQU0sU0FBUyxNQUFNLEtBQUssQ0FBQyxDQUFDLENBQUM7QUFDMUYsUUFBTSxRQUFRLE9BQU8sTUFBTSxDQUFDQSxTQUFRLEdBQUdBLFNBQVEsT0FBTyxNQUFNLENBQUM7QUFDN0QsU0FBTywrQkFBK0IsS0FBSyxLQUFLLElBQUksT0FBTyxPQUFPLElBQUksSUFBSSxLQUFLLEVBQUU7QUFDbkY7QUFJQSxJQUFNLFFBQWdDLEVBQUUsS0FBSyxhQUFhLEtBQUssZUFBZTtBQUU5RSxTQUFTLEtBQUssSUFBZ0IsTUFBYyxDQUFDLE1BQU0sSUFBSSxHQUFHLEtBQUssR0FBcUI7QUFDbEYsUUFBTSxRQUFRLEtBQUssUUFBUSxFQUFFLE1BQU0sSUFBSSxFQUNwQyxPQUFPLENBQUMsTUFBTSxPQUFPLENBQUMsaUJBQWlCLEtBQUssSUFBSSxLQUFLLEVBQUUsT0FBTyxLQUFLLE1BQU0sS0FBSyxJQUFJLEVBQUU7QUFDdkYsUUFBTUMsUUFBTztBQUFBLElBQ1g7QUFBQSxJQUFJLE1BQU0sSUFBSSxDQUFDLFNBQVMsS0FBSyxDQUFDLE1BQU0sTUFBTSxPQUFPLEtBQUssTUFBTSxDQUFDLENBQUMsRUFBRSxLQUFLLElBQUk7QUFBQSxJQUFHO0FBQUEsRUFBSztBQUNuRixRQUFNLE9BQU8sTUFBTSxJQUFJLENBQUMsTUFBTSxPQUFPO0FBQ25DLFFBQUksS0FBSyxDQUFDLE1BQU0sSUFBSyxRQUFPQSxNQUFLLEVBQUUsRUFBRSxRQUFRLGVBQWUsS0FBSyxNQUFNLEtBQUssQ0FBQyxDQUFDLEtBQUssRUFBRSxFQUFFO0FBQ3ZGLFVBQU0sQ0FBQyxFQUFFLE9BQU8sTUFBTSxJQUFJLHFCQUFxQixLQUFLLElBQUk7QUFDeEQsV0FBTyxpREFBaUQsS0FBSyxLQUFLLFFBQVEsTUFBTSxDQUFDO0FBQUEsRUFDbkYsQ0FBQztBQUNELFFBQU0sUUFBUSxLQUFLLEdBQUcsSUFBSSxXQUFNLEVBQUUsSUFBSSxNQUFNLEtBQUssR0FBRyxDQUFDLEtBQUssUUFBUTtBQUNsRSxTQUFPLE9BQU8sc0JBQXNCLEtBQUssUUFBUSxJQUFJLEtBQUssS0FBSyxJQUFJLENBQUMsR0FBRyxVQUFVO0FBQ25GO0FBSUEsU0FBUyxXQUFXLE1BQWNDLFVBQXlCO0FBQ3pELFFBQU0sV0FBcUIsQ0FBQztBQUM1QixRQUFNLFFBQVEsS0FBSyxRQUFRLEVBQUUsTUFBTSxJQUFJLEVBQUUsSUFBSSxDQUFDLFNBQVM7QUFDckQsVUFBTSxTQUFTLE9BQU8sS0FBSyxJQUFJLElBQUksQ0FBQztBQUNwQyxRQUFJLFdBQVcsT0FBVyxRQUFPLFFBQVEsSUFBSTtBQUM3QyxVQUFNLFFBQVEsS0FBSyxNQUFNLE9BQU8sTUFBTTtBQUN0QyxRQUFJLFdBQVcsS0FBTSxVQUFTLEtBQUssR0FBRyxTQUFTLElBQUksQ0FBQztBQUFBLEVBQUssS0FBSyxFQUFFO0FBQUEsUUFDM0QsVUFBUyxLQUFLLEtBQUs7QUFDeEIsV0FBTyx3QkFBd0IsUUFBUSxNQUFNLENBQUMsZUFBZSxRQUFRLEtBQUssQ0FBQztBQUFBLEVBQzdFLENBQUM7QUFDRCxTQUFPLHVDQUF1QyxRQUFRLEtBQUssVUFBVSxRQUFRLENBQUMsQ0FBQyxtQkFDNURBLFFBQU8sdUxBR1MsTUFBTSxLQUFLLElBQUksQ0FBQztBQUFBO0FBQ3JEOzs7QUMzRkEsU0FBUyxXQUFBQyxVQUFTLFNBQUFDLGNBQWE7QUFNeEIsU0FBUyxNQUFNLElBQXNCO0FBQzFDLEtBQUcsS0FBSyxNQUFNLEtBQUssU0FBUyxDQUFDLEVBQUUsS0FBSyxPQUFPLE1BQU07QUFDL0MsZUFBVyxFQUFFLFNBQVMsS0FBSyxRQUFRO0FBQ2pDLGlCQUFXLFNBQVMsWUFBWSxDQUFDLEdBQUc7QUFDbEMsY0FBTSxPQUFPLE1BQU0sU0FBUyxjQUFjLE1BQU0sUUFBUSxNQUFNLElBQUs7QUFDbkUsWUFBSSxDQUFDLGVBQWUsS0FBSyxJQUFJLEVBQUcsT0FBTSxRQUFRLFFBQVEsT0FBTyxNQUFNLEdBQUcsQ0FBQztBQUFBLE1BQ3pFO0FBQUEsSUFDRjtBQUFBLEVBQ0YsQ0FBQztBQUNIO0FBRUEsU0FBUyxPQUFPLE1BQWMsS0FBa0I7QUFDOUMsUUFBTSxDQUFDLE1BQU0sTUFBTSxJQUFJLEtBQUssTUFBTSxHQUFHO0FBQ3JDLFFBQU0sU0FBU0MsT0FBTSxLQUFLQyxTQUFRLFNBQVMsR0FBRyxDQUFDLEdBQUcsVUFBVSxJQUFJLENBQUM7QUFDakUsTUFBSSxDQUFDLE1BQU0sU0FBUyxNQUFNLEVBQUcsUUFBTyxPQUFPLE1BQU07QUFDakQsU0FBTyxPQUFPLFFBQVEsR0FBRyxLQUFLLFNBQVMsSUFBSSxNQUFNLEtBQUs7QUFDeEQ7QUFFTyxJQUFNLFNBQVMsQ0FBQyxRQUFnQixRQUNyQyxPQUFPRCxPQUFNLFNBQVNDLFNBQVEsSUFBSSxZQUFZLEdBQUcsUUFBUSxNQUFNLENBQUM7OztBQzFCbEUsU0FBUyxnQkFBQUMscUJBQW9CO0FBYzdCLElBQU1DLFFBQU87QUFDYixJQUFNLE1BQWdCLEtBQUssTUFBTUM7QUFBQSxFQUMvQjtBQUFBLEVBQVcsQ0FBQyxNQUFNLDRCQUE0QixRQUFRO0FBQUEsRUFDdEQsRUFBRSxLQUFLLE1BQU0sVUFBVSxPQUFPO0FBQUMsQ0FBQztBQUUzQixJQUFNLFlBQVksQ0FBQyxTQUN4QixJQUFJLE9BQU8sQ0FBQyxXQUFXLE9BQU8sU0FBUyxJQUFJO0FBRXRDLFNBQVMsUUFBUSxJQUFzQjtBQUM1QyxLQUFHLEtBQUssTUFBTSxLQUFLLFdBQVcsQ0FBQyxFQUFFLEtBQUssUUFBUSxNQUFNLE1BQU07QUFDeEQsUUFBSSxTQUFTLEdBQUcsTUFBTUQsU0FBUSxJQUFJLFVBQVc7QUFDN0MsVUFBTSxTQUFTLENBQUMsR0FBRyxHQUFHO0FBQ3RCLFFBQUksT0FBTztBQUNYLFdBQU8sUUFBUSxDQUFDLE9BQU8sT0FBTztBQUM1QixVQUFJLE1BQU0sU0FBUyxrQkFBa0IsTUFBTSxRQUFRLE1BQU07QUFDdkQsZUFBTyxPQUFPLEtBQUssQ0FBQyxFQUFFO0FBQUEsTUFDeEI7QUFDQSxZQUFNLGNBQWMsTUFBTSxTQUFTLGFBQWEsT0FBTyxLQUFLLENBQUMsRUFBRSxTQUFTO0FBQ3hFLFVBQUksQ0FBQyxZQUFhO0FBQ2xCLFlBQU0sU0FBUyxPQUFPLE1BQU07QUFDNUIsVUFBSSxRQUFRLFNBQVMsS0FBTSxPQUFNLElBQUksTUFBTSxHQUFHQSxLQUFJLGtDQUFrQztBQUNwRixZQUFNLE9BQU8sT0FBTyxLQUFLLENBQUM7QUFDMUIsWUFBTSxPQUFPLElBQUksTUFBTSxhQUFhLEtBQUssQ0FBQztBQUMxQyxXQUFLLFFBQVEsUUFBUSxHQUFHLE9BQU8sUUFBUSxJQUFJLE9BQU8sR0FBRyxDQUFDLEtBQUssT0FBTyxJQUFJLEVBQUU7QUFDeEUsV0FBSyxXQUFXLENBQUMsTUFBTSxHQUFHLEtBQUssVUFBVyxJQUFJLE1BQU0sY0FBYyxLQUFLLEVBQUUsQ0FBQztBQUFBLElBQzVFLENBQUM7QUFDRCxRQUFJLE9BQU8sU0FBUyxFQUFHLE9BQU0sSUFBSSxNQUFNLEdBQUdBLEtBQUksNEJBQTRCO0FBQUEsRUFDNUUsQ0FBQztBQUNIOzs7QUNqQ0EsSUFBTSxVQUFVO0FBQ2hCLElBQU0sYUFBYTtBQUNaLElBQU0sYUFBYTtBQUVuQixTQUFTLFFBQVEsSUFBc0I7QUFDNUMsS0FBRyxLQUFLLE1BQU0sS0FBSyxXQUFXLENBQUMsRUFBRSxLQUFLLFFBQVEsTUFBTSxNQUFNO0FBQ3hELFVBQU0sT0FBTyxVQUFVLEdBQUc7QUFDMUIsUUFBSSxJQUFJLGFBQWEsQ0FBQyxNQUFNLFNBQVMsSUFBSSxLQUFLLFNBQVMsR0FBRyxNQUFNLFFBQVEsSUFBSSxNQUFPO0FBQ25GLFVBQU0sVUFBVSxDQUFDLEtBQWEsT0FBZ0IsUUFBUSxNQUFNLE9BQU87QUFBQSxNQUNqRSxDQUFDLE9BQU8sT0FBTyxLQUFLLFNBQVMsTUFBTSxTQUFTLGtCQUFrQixNQUFNLFFBQVEsUUFDekUsVUFBVSxVQUFhLE9BQU8sS0FBSyxDQUFDLEVBQUUsWUFBWTtBQUFBLElBQU07QUFDN0QsVUFBTSxPQUFPLENBQUMsWUFBb0I7QUFDaEMsWUFBTSxRQUFRLElBQUksTUFBTSxjQUFjLElBQUksQ0FBQztBQUMzQyxZQUFNLFVBQVUsR0FBRyxPQUFPO0FBQUE7QUFDMUIsYUFBTztBQUFBLElBQ1Q7QUFDQSxVQUFNLFFBQVEsUUFBUSxNQUFNLE9BQU87QUFDbkMsUUFBSSxVQUFVLEdBQUk7QUFDbEIsVUFBTSxNQUFNLFFBQVEsTUFBTSxRQUFXLEtBQUs7QUFDMUMsVUFBTSxTQUFTLFFBQVEsTUFBTSxZQUFZLEtBQUs7QUFDOUMsVUFBTSxVQUFVLFdBQVc7QUFFM0IsV0FBTyxPQUFPLEtBQUssR0FBRztBQUFBLE1BQ3BCLDRDQUE0QyxVQUFVLElBQUksTUFBTSxHQUFHLENBQUM7QUFBQSxJQUFjLENBQUM7QUFDckYsUUFBSSxRQUFTLFFBQU8sT0FBTyxRQUFRLEdBQUcsS0FBSywyQ0FBMkMsQ0FBQztBQUN2RixXQUFPLE9BQU8sUUFBUSxHQUFHLEdBQUc7QUFBQSxNQUMxQix1QkFBdUIsT0FBTyxPQUFPLENBQUM7QUFBQSxJQUF1QyxDQUFDO0FBQUEsRUFDbEYsQ0FBQztBQUNIO0FBRUEsU0FBUyxPQUFPLFNBQTBCO0FBQ3hDLFFBQU0sUUFBUSxDQUFDLENBQUMsVUFBVSxRQUFRLEdBQUcsQ0FBQyxRQUFRLFlBQVksR0FBRyxDQUFDLFFBQVEsWUFBWSxDQUFDO0FBQ25GLFFBQU0sU0FBUyxNQUFNLE9BQU8sQ0FBQyxDQUFDLElBQUksTUFBTSxXQUFXLFNBQVMsTUFBTSxFQUFFLElBQUksQ0FBQyxDQUFDLE1BQU0sSUFBSSxHQUFHLE9BQ3JGLGlEQUFpRCxJQUFJLElBQUksS0FBSyxLQUFLLFVBQVUsVUFDcEUsSUFBSSxpQkFBaUI7QUFDaEMsU0FBTyxnREFBZ0QsT0FBTyxLQUFLLEVBQUUsQ0FBQztBQUN4RTtBQUlBLFNBQVMsVUFBVSxJQUFnQixNQUFjLEtBQWtCO0FBQ2pFLFFBQU0sT0FBTyxTQUFTLElBQUk7QUFDMUIsUUFBTUUsV0FBVSxVQUFVLElBQUk7QUFDOUIsUUFBTSxPQUFPLEdBQUcsT0FBTyxtQkFBbUIsR0FBRyxDQUFDLElBQUksSUFBSSxHQUFHLFFBQVEsT0FBTyxPQUFPO0FBQy9FLFFBQU0sUUFBUSxZQUFZLElBQUksS0FBSyxJQUFJLEdBQUcsS0FBSyxFQUFFLElBQUksQ0FBQyxNQUFNLE9BQU87QUFDakUsVUFBTSxTQUFTLEtBQUs7QUFDcEIsVUFBTSxTQUFTQSxTQUFRLE9BQU8sQ0FBQyxXQUFXLE9BQU8sU0FBUyxNQUFNO0FBQ2hFLFFBQUksT0FBTyxXQUFXLEdBQUc7QUFDdkIsYUFBTyw0Q0FBNEMsTUFBTSxLQUFLLE1BQU0sVUFBVSxJQUFJO0FBQUE7QUFBQSxJQUNwRjtBQUNBLFVBQU0sT0FBTyxPQUFPLElBQUksQ0FBQyxFQUFFLE1BQU0sTUFBQUMsTUFBSyxNQUNwQyw2QkFBNkIsR0FBRyxhQUFhLE1BQU0sR0FBRyxDQUFDLDZCQUNsQyxHQUFHLGFBQWFBLE9BQU0sR0FBRyxDQUFDLGdCQUFnQjtBQUNqRSxXQUFPLHlDQUF5QyxNQUFNLFdBQVcsSUFBSSxzQkFBc0IsTUFBTSw2QkFDcEUsTUFBTSxTQUNqQyxLQUFLLFFBQVEsZUFBZSxXQUFXLElBQ3ZDO0FBQUEsNkNBQWdELEtBQUssS0FBSyxFQUFFLENBQUM7QUFBQSxFQUNqRSxDQUFDO0FBQ0QsUUFBTSxRQUFRLCtCQUErQixPQUFPLElBQUksQ0FBQyxLQUFLLElBQUk7QUFDbEUsU0FBTyxXQUFXLFVBQVUsMEpBRzFCLE9BQU8sT0FBTyx1REFDWixNQUFNLEtBQUssRUFBRSxDQUFDLGlCQUFpQixZQUFZO0FBQ2pEOzs7QUN6RUEsU0FBUyxlQUFBQyxvQkFBbUI7QUFDNUIsU0FBUyxRQUFBQyxhQUFZO0FBSXJCLElBQU0sWUFBWTtBQUNsQixJQUFNLFNBQVMsSUFBSSxJQUFJQyxhQUFZQyxNQUFLLE1BQU0sU0FBUyxDQUFDLEVBQ3JELE9BQU8sQ0FBQyxTQUFTLEtBQUssU0FBUyxNQUFNLENBQUMsRUFDdEMsUUFBUSxDQUFDLFNBQVMsVUFBVSxHQUFHLFNBQVMsSUFBSSxJQUFJLEVBQUUsQ0FBQyxDQUFDO0FBSXZELFNBQVMsVUFBVSxNQUFrQztBQUNuRCxRQUFNLFFBQVEsS0FBSyxJQUFJLEVBQUUsTUFBTSxJQUFJO0FBQ25DLFNBQU8sTUFBTSxRQUFRLENBQUMsTUFBTSxPQUFPO0FBQ2pDLFVBQU0sT0FBTyx1QkFBdUIsS0FBSyxJQUFJLElBQUksQ0FBQztBQUNsRCxRQUFJLENBQUMsS0FBTSxRQUFPLENBQUM7QUFDbkIsVUFBTSxRQUFRLE1BQU0sY0FBYyxDQUFDLEtBQUssTUFBTSxJQUFJLE1BQU0sZUFBZSxLQUFLLEdBQUcsQ0FBQztBQUNoRixVQUFNLE1BQU0sTUFBTSxVQUFVLENBQUMsS0FBSyxNQUFNLElBQUksTUFBTSxRQUFRLEtBQUs7QUFDL0QsV0FBTyxDQUFDLENBQUMsTUFBTSxPQUFPLE1BQU0sQ0FBQyxRQUFRLEdBQUcsTUFBTSxDQUFDLENBQUMsQ0FBQyxDQUFDO0FBQUEsRUFDcEQsQ0FBQztBQUNIO0FBRU8sU0FBUyxPQUFPLElBQXNCO0FBRTNDLEtBQUcsU0FBUyxNQUFNLGFBQWEsQ0FBQyxRQUFRLElBQUksU0FBUyxHQUFHLFNBQVM7QUFDL0QsV0FBTyxFQUFFLEVBQUUsUUFBUSxZQUFZLEdBQUc7QUFDbEMsV0FBTyxLQUFLLFlBQVksUUFBUSxJQUFJLE9BQU87QUFBQSxFQUM3QztBQUNBLEtBQUcsS0FBSyxNQUFNLEtBQUssVUFBVSxDQUFDLEVBQUUsS0FBSyxRQUFRLE1BQU0sTUFBTTtBQUN2RCxRQUFJLElBQUksVUFBVztBQUNuQixRQUFJLFFBQWtCLENBQUM7QUFDdkIsV0FBTyxRQUFRLENBQUMsT0FBTyxPQUFPO0FBQzVCLFVBQUksTUFBTSxTQUFTLGFBQWEsT0FBTyxLQUFLLENBQUMsRUFBRSxZQUFZLFVBQVU7QUFDbkUsZUFBTyxTQUFTLENBQUMsRUFBRSxLQUFLLEdBQUcsTUFBTSxJQUFJLE1BQU0sU0FBUyxZQUFZLEVBQzdELFFBQVEsU0FBUyxRQUFRO0FBQUEsTUFDOUI7QUFDQSxVQUFJLE1BQU0sU0FBUyxVQUFXLFNBQVEsQ0FBQztBQUN2QyxVQUFJLE1BQU0sU0FBUyxVQUFXLE9BQU0sS0FBSyxLQUFLLENBQUM7QUFDL0MsVUFBSSxNQUFNLFNBQVMsY0FBYyxNQUFNLFdBQVcsRUFBRztBQUNyRCxZQUFNLFFBQVEsT0FBTyxTQUFTLENBQUMsRUFBRSxLQUFLLEdBQUcsTUFBTSxJQUFJLE1BQU0sU0FBUyxZQUFZO0FBQzlFLFVBQUksTUFBTSxRQUFRLE9BQU8sTUFBTSxTQUFVO0FBQ3pDLFlBQU0sQ0FBQyxNQUFNLEVBQUUsR0FBRyxRQUFRLElBQUk7QUFDOUIsWUFBTUMsV0FBVSxPQUFPLElBQUksT0FBTyxJQUFJLEVBQUUsU0FBVSxDQUFDLEVBQUUsT0FBTztBQUM1RCxVQUFJLENBQUNBLFNBQVMsT0FBTSxJQUFJLE1BQU0sYUFBYSxPQUFPLElBQUksRUFBRSxPQUFPLEVBQUU7QUFDakUsaUJBQVcsT0FBTyxDQUFDLE9BQU8sR0FBRyxPQUFPLENBQUMsRUFBRyxRQUFPLEdBQUcsRUFBRSxNQUFNO0FBQzFELGFBQU8sT0FBTyxDQUFDLEVBQUUsUUFBUSxTQUFTLEtBQUs7QUFDdkMsaUJBQVcsU0FBUyxVQUFVO0FBQzVCLGNBQU0sT0FBTyxPQUFPLEtBQUs7QUFDekIsY0FBTSxVQUNKLE9BQU8sS0FBSyxLQUFLLE9BQU8sSUFBSSxTQUFTLFFBQVEsS0FBSyxLQUFLLE9BQU8sSUFBSSxTQUFTO0FBQzdFLGVBQU8sUUFBUSxDQUFDLEVBQUUsUUFBUSxTQUFTLE9BQU87QUFDMUMsWUFBSSxZQUFZLE9BQVE7QUFDeEIsY0FBTSxPQUFPLElBQUksTUFBTSxhQUFhLEtBQUssQ0FBQztBQUMxQyxhQUFLLFFBQVEsUUFBUUEsUUFBTztBQUM1QixhQUFLLFdBQVcsQ0FBQyxNQUFNLEdBQUcsS0FBSyxVQUFXLElBQUksTUFBTSxjQUFjLEtBQUssRUFBRSxDQUFDO0FBQUEsTUFDNUU7QUFBQSxJQUNGLENBQUM7QUFBQSxFQUNILENBQUM7QUFDSDs7O0FDcERPLElBQU0sV0FBNEI7QUFBQSxFQUN2QyxPQUFPLEVBQUUsT0FBTyw4QkFBOEIsTUFBTSw0QkFBNEI7QUFBQSxFQUNoRixlQUFlLEVBQUUsU0FBUyxPQUFPO0FBQUEsRUFDakMsUUFBUSxFQUFFLFFBQVE7QUFBQSxFQUNsQixPQUFPLElBQUk7QUFDVCxPQUFHLElBQUksT0FBTyxFQUFFLElBQUksSUFBSSxFQUFFLElBQUksS0FBSyxFQUFFLElBQUksUUFBUSxFQUFFLElBQUksTUFBTSxFQUFFLElBQUksT0FBTztBQUFBLEVBQzVFO0FBQ0Y7QUFHQSxTQUFTLFFBQVEsU0FBeUI7QUFDeEMsU0FBTyxRQUFRLEtBQUssRUFBRSxZQUFZLEVBQUUsUUFBUSw0QkFBNEIsRUFBRSxFQUN2RSxRQUFRLE1BQU0sR0FBRztBQUN0Qjs7O0FadEJ5SixJQUFNQyw0Q0FBMkM7QUFXMU0sSUFBTSxPQUFPQyxlQUFjRCx5Q0FBZTtBQUMxQyxJQUFNLE9BQU8sd0JBQXdCO0FBQUEsRUFDbkM7QUFFMEU7QUFHNUUsSUFBTSxpQkFBeUI7QUFBQSxFQUM3QixNQUFNO0FBQUEsRUFDTixTQUFTO0FBQUEsRUFDVCxVQUFVLElBQUksVUFBVTtBQUN0QixXQUFPLGFBQWEsS0FBSyxFQUFFLEtBQUssVUFBVSxTQUFTLEtBQUssSUFDcEQsS0FBSyxRQUFRLElBQUksSUFBSSxJQUFJO0FBQUEsRUFDL0I7QUFDRjtBQUVBLElBQU8saUJBQVEsYUFBYTtBQUFBLEVBQzFCLE9BQU87QUFBQSxFQUNQLGFBQWE7QUFBQSxFQUNiLE1BQU07QUFBQSxFQUNOLE1BQU0sUUFBUSxJQUFJLHFCQUFxQjtBQUFBLEVBQ3ZDLFFBQVE7QUFBQSxFQUNSLFlBQVk7QUFBQSxJQUNWO0FBQUEsSUFDQTtBQUFBLElBQ0E7QUFBQSxFQUNGO0FBQUEsRUFDQSxVQUFVO0FBQUE7QUFBQSxFQUVWLFFBQVEsRUFBRSxlQUFlLE1BQU07QUFBQSxFQUMvQixNQUFNO0FBQUEsSUFDSixDQUFDLFFBQVEsRUFBRSxLQUFLLFFBQVEsTUFBTSxLQUFLLENBQUM7QUFBQSxJQUNwQyxDQUFDLFVBQVUsQ0FBQyxHQUFHLDhDQUE4QztBQUFBLEVBQy9EO0FBQUEsRUFDQTtBQUFBLEVBQ0EsYUFBYTtBQUFBLElBQ1gsV0FBVztBQUFBLElBQ1g7QUFBQSxJQUNBLFNBQVMsRUFBRSxPQUFPLENBQUMsR0FBRyxDQUFDLEdBQUcsT0FBTyxlQUFlO0FBQUEsSUFDaEQsUUFBUTtBQUFBLE1BQ04sVUFBVTtBQUFBLE1BQ1YsU0FBUztBQUFBLFFBQ1AsU0FBUyxDQUFDLFFBQVEsS0FBSyxPQUFPLEdBQUcsT0FBTyxRQUFRLE9BQU8sT0FBTyxLQUFLLEVBQUUsV0FBVyxLQUFLLENBQUMsQ0FBQztBQUFBLE1BQ3pGO0FBQUEsSUFDRjtBQUFBLElBQ0EsYUFBYSxVQUFVLENBQUMsRUFBRSxNQUFNLFVBQVUsTUFBTSxTQUFTLFdBQVcsaUJBQWlCLENBQUMsSUFBSSxDQUFDO0FBQUEsRUFDN0Y7QUFBQSxFQUNBLE1BQU07QUFBQSxJQUNKLFdBQVdDLGVBQWMsSUFBSSxJQUFJLFVBQVVELHlDQUFlLENBQUM7QUFBQSxJQUMzRCxTQUFTLENBQUMsY0FBYztBQUFBLEVBQzFCO0FBQUEsRUFDQSxrQkFBa0IsTUFBTTtBQUV0QixRQUFJLEtBQUssYUFBYSxpQkFBa0IsTUFBSyxZQUFZLFFBQVE7QUFBQSxFQUNuRTtBQUFBLEVBQ0EsU0FBUyxNQUFNO0FBQ2IsZ0JBQVksS0FBSyxNQUFNO0FBQ3ZCLGVBQVcsSUFBSTtBQUFBLEVBQ2pCO0FBQ0YsQ0FBQzsiLAogICJuYW1lcyI6IFsiZmlsZVVSTFRvUGF0aCIsICJleGlzdHNTeW5jIiwgInJlYWRGaWxlU3luYyIsICJkaXJuYW1lIiwgImpvaW4iLCAiZXhlY0ZpbGVTeW5jIiwgImpvaW4iLCAiZXhlY0ZpbGVTeW5jIiwgImpvaW4iLCAicmVhZCIsICJyZWFkRmlsZVN5bmMiLCAiam9pbiIsICJkaXJuYW1lIiwgImV4aXN0c1N5bmMiLCAiZmlyc3QiLCAiY29kZSIsICJjaGFwdGVyIiwgImRpcm5hbWUiLCAicG9zaXgiLCAicG9zaXgiLCAiZGlybmFtZSIsICJleGVjRmlsZVN5bmMiLCAiUEFHRSIsICJleGVjRmlsZVN5bmMiLCAibXV0YW50cyIsICJzYWlkIiwgInJlYWRkaXJTeW5jIiwgImpvaW4iLCAicmVhZGRpclN5bmMiLCAiam9pbiIsICJhZGRyZXNzIiwgIl9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwiLCAiZmlsZVVSTFRvUGF0aCJdCn0K
