// Triage as people do it all day: ten incidents by keyboard, merge and split with undo, a story played through, a score explained.
import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, portrait, settings, shoot, until } from "./browser.mjs";

const wanted = 10;
const limit = 60_000;

/** A Sysmon record, as Winlogbeat sends it, of a command that a rule of the starter pack knows. */
const record = (host, user, minutesAgo) => JSON.stringify({
  "@timestamp": new Date(Date.now() - minutesAgo * 60_000).toISOString(), agent: { type: "winlogbeat", version: "8.15.0" }, event: { code: "1", kind: "event", provider: "Microsoft-Windows-Sysmon" }, host: { name: host },
  winlog: {
    channel: "Microsoft-Windows-Sysmon/Operational", computer_name: `${host}.example`, event_id: "1", provider_name: "Microsoft-Windows-Sysmon",
    event_data: { CommandLine: "powershell.exe Add-MpPreference -ExclusionPath D:\\work", Image: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", OriginalFileName: "powershell.exe", ParentImage: "C:\\Windows\\System32\\cmd.exe", ProcessId: "4711", User: `TEST\\${user}` },
  },
});

/**
 * Has records become so many incidents of their own, on as many machines, and returns the word that finds them. They lie minutes
 * apart: the same on many machines at once would be one incident.
 */
async function bring(page, count) {
  const tag = `kb${Date.now().toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`;
  const token = await ask(page, "POST", "/tokens", { name: tag, scopes: ["ingest"] });
  const body = Array.from({ length: count }, (_, i) => record(`${tag}-${i}`, `${tag}.user${i}`, 4 * i)).join("\n");
  const res = await fetch(`${settings.url}/ingest/v1/events?source=${tag}`, { method: "POST", headers: { Authorization: `Bearer ${token.secret}`, "Content-Type": "application/x-ndjson" }, body: `${body}\n` });
  assert.ok(res.ok, `ingest said ${res.status}`);
  await until(async () => (await found(page, tag)).length === count, "an incident for each record", 30_000);
  await ask(page, "DELETE", `/tokens/${token.id}`);
  return tag;
}

const found = async (page, tag, status = "open,working,contained") => (await ask(page, "GET", `/incidents?q=${tag}&status=${status}&limit=50`)).items;
const rows = (page) => page.locator(".inc-row:not(.ghost)");
/** The view that has what a test made: without attackers in it, it may lie below the line. */
const everything = (tag) => `/incidents?view=all&q=${tag}`;

/** The incident of the demo's intrusion. */
async function worst(page) {
  return (await ask(page, "GET", "/incidents?sort=score&limit=1")).items[0].id;
}

async function inside(browser, state) {
  const visit = await openPage(browser, { state });
  await visit.go("/today");
  await visit.page.locator("nav.nav").waitFor();
  return visit;
}

const numbers = (texts) => texts.map((x) => Number(x.replace("−", "-").replace("+", "")));

export const tests = {
  "ten incidents are taken and closed with verdict and reason by keyboard alone": async (browser, state) => {
    const { page, go, done } = await inside(browser, state);
    const tag = await bring(page, wanted);
    const { name } = await ask(page, "GET", "/session");
    await go("/incidents?view=all");
    await page.locator("nav.nav").waitFor();
    const start = Date.now();
    await page.keyboard.press("/");
    await page.keyboard.type(tag);
    await until(async () => (await rows(page).count()) === wanted, "the list to be narrowed");
    await page.keyboard.press("Escape");
    for (let i = 0; i < wanted; i++) {
      await page.keyboard.press("j");
      await page.locator(".inc-row.focused").waitFor();
      if (i === 0) await page.keyboard.press("Space");
      await page.locator(".flyout .story").waitFor();
      await page.keyboard.press("a");
      await page.keyboard.press("c");
      await page.locator(".radio-list").waitFor();
      await page.keyboard.press(i % 2 ? "2" : "3");
      await page.keyboard.press("3");
      if (i === 0) await shoot(page, "triage-verdict-en-dark");
      await page.keyboard.press("Enter");
      await page.locator(".radio-list").waitFor({ state: "detached" });
      await page.locator(".inc-row.focused.closed").waitFor();
    }
    const took = Date.now() - start;
    const after = await until(async () => {
      const all = await found(page, tag, "closed");
      return all.length === wanted ? all : undefined;
    }, "the server to have all of it");
    assert.deepEqual(after.map((i) => [i.status, i.owner]), after.map(() => ["closed", name]), "all are closed, and somebody's");
    assert.deepEqual(new Set(after.map((i) => i.verdict)), new Set(["benign_positive", "false_positive"]));
    console.log(`      ${wanted} incidents triaged by keyboard in ${(took / 1000).toFixed(1)} s`);
    assert.ok(took < limit, `triage took ${took} ms`);
    await done();
  },
  "the verdict is picked by digits, can be gone back on, and is undone": async (browser, state) => {
    const { page, go, done } = await inside(browser, state);
    const tag = await bring(page, 1);
    await go(everything(tag));
    await rows(page).first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("c");
    await page.locator(".radio-list").waitFor();
    await page.keyboard.press("1");
    await page.locator(".reasons").waitFor();
    await page.keyboard.press("Backspace");
    await page.locator(".reasons").waitFor({ state: "detached" });
    await page.keyboard.press("3");
    await page.keyboard.press("1");
    assert.equal(await page.locator(".reason-grid input:checked").count(), 1);
    await checkAccess(page, "verdict dialog");
    await page.keyboard.press("Enter");
    await page.locator(".inc-row.closed").waitFor();
    await until(async () => (await found(page, tag, "closed")).length === 1, "it to be closed");
    await page.locator(".undo-toast").first().waitFor();
    await shoot(page, "triage-undo-en-dark");
    await page.keyboard.press("u");
    await until(async () => (await found(page, tag, "open")).length === 1, "it to be open again");
    await page.locator(".inc-row:not(.closed)").waitFor();
    await done();
  },
  "the keys are told by ?, none acts while one types or a dialog is open, and the way back leads to the same row": async (browser, state) => {
    const { page, go, done } = await inside(browser, state);
    const tag = await bring(page, 3);
    await go(everything(tag));
    await until(async () => (await rows(page).count()) === 3, "three rows");
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog");
    await sheet.waitFor();
    const told = await sheet.locator("kbd").allInnerTexts();
    for (const key of ["j", "k", "x", "Enter", "a", "e", "m", "s", "c", "z", "u", "/", "?"]) assert.ok(told.includes(key), `the sheet does not tell ${key}`);
    await checkAccess(page, "help sheet");
    await shoot(page, "triage-keys-en-dark");
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    // Words typed into the filter are words.
    await page.keyboard.press("/");
    await page.keyboard.type(" mexa");
    await page.keyboard.press("Escape");
    assert.equal(await page.getByRole("dialog").count(), 0, "a key acted while it was typed");
    await page.getByLabel("Title, entity, rule…").fill(tag);
    await page.keyboard.press("Escape");
    await until(async () => (await rows(page).count()) === 3, "the rows to be back");
    assert.deepEqual((await found(page, tag)).map((i) => i.status), ["open", "open", "open"]);
    // A dialog has the keys to itself, and gives them back.
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("e");
    await page.getByRole("dialog").waitFor();
    await page.getByLabel("User name").fill("");
    await page.locator(".ant-modal-header, .ant-modal-title").first().click();
    for (const key of ["x", "a", "s", "j"]) await page.keyboard.press(key);
    assert.equal(await page.getByRole("dialog").count(), 1, "a second dialog opened above the first");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await page.locator(".bulk").count(), 0, "a key reached the list behind the dialog");
    assert.deepEqual((await found(page, tag)).map((i) => i.status), ["open", "open", "open"]);
    // The page of the second row, and back to it in the same list.
    const title = await page.locator(".inc-row.focused .inc-title").innerText();
    await page.keyboard.press("Enter");
    await page.locator(".inc-top h1").waitFor();
    assert.equal(await page.locator(".inc-top h1").innerText(), title);
    await page.keyboard.press("Escape");
    await page.locator(".inc-row.focused").waitFor();
    assert.equal(await page.locator(".inc-row.focused .inc-title").innerText(), title, "the focus is on another row");
    assert.match(page.url(), new RegExp(`q=${tag}`), "the filter is lost on the way back");
    await done();
  },
  "incidents are merged with a preview, and the merge is undone": async (browser, state) => {
    const { page, go, done } = await inside(browser, state);
    const tag = await bring(page, 3);
    await go(everything(tag));
    await until(async () => (await rows(page).count()) === 3, "three rows");
    for (let i = 0; i < 3; i++) { await page.keyboard.press("j"); await page.keyboard.press("x"); }
    await page.locator(".bulk").getByText("3 selected").waitFor();
    await page.keyboard.press("m");
    const dialog = page.getByRole("dialog");
    await dialog.locator(".side").nth(1).waitFor();
    assert.equal(await dialog.locator(".side.moving .facts dd").first().innerText(), "2", "two alerts move");
    assert.ok(numbers(await dialog.locator(".side-score b").allInnerTexts()).every((n) => n > 0), "both sides have their score");
    await shoot(page, "triage-merge-en-dark");
    await checkAccess(page, "merge dialog");
    await dialog.getByLabel("Why do they belong together?").fill("One roll-out of the same tool.");
    await dialog.getByRole("button", { name: "Merge 2 into it" }).click();
    await until(async () => (await found(page, tag)).length === 1, "one incident to be left");
    const [one] = await found(page, tag);
    assert.equal(one.alerts, 3, "it has the alerts of all");
    await page.locator(".undo-toast").first().waitFor();
    await page.locator(".undo-toast").getByRole("button", { name: "Undo" }).click();
    await until(async () => (await found(page, tag)).length === 3, "all three to be back");
    assert.deepEqual((await found(page, tag)).map((i) => i.alerts), [1, 1, 1]);
    await go(`/incidents/${one.id}?tab=log`);
    await page.locator(".changes .undone").waitFor();
    await shoot(page, "triage-changes-en-dark");
    await checkAccess(page, "changes");
    await done();
  },
  "one is merged into another that is searched for": async (browser, state) => {
    const { page, go, done } = await inside(browser, state);
    const tag = await bring(page, 2);
    await go(everything(tag));
    await until(async () => (await rows(page).count()) === 2, "two rows");
    await page.keyboard.press("j");
    await page.keyboard.press("m");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Find another incident").fill(tag);
    await until(async () => (await dialog.locator(".merge-row.pick").count()) === 1, "the other one to be found");
    await page.keyboard.press("Enter");
    await dialog.locator(".side.moving").waitFor();
    await page.keyboard.press("Enter");
    await until(async () => (await found(page, tag)).length === 1, "one incident to be left");
    const [gone] = (await found(page, tag, "closed")).filter((i) => i.merged);
    await go(`/incidents/${gone.id}`);
    await page.locator(".banner", { hasText: "merged into another" }).waitFor();
    await page.locator(".banner").getByRole("link", { name: "Open it" }).click();
    await page.waitForURL(new RegExp(gone.merged));
    await done();
  },
  "an incident is split by evidence with a preview, and the split is undone": async (browser, state) => {
    const { page, go, done } = await inside(browser, state);
    const id = await worst(page);
    const before = await ask(page, "GET", `/incidents/${id}`);
    await go(`/incidents/${id}`);
    await page.locator(".inc-top").waitFor();
    await page.locator("body").press("s");
    const dialog = page.getByRole("dialog");
    await dialog.locator(".split-row").first().waitFor();
    await page.keyboard.press("3");
    await page.keyboard.press("x");
    await dialog.locator(".side.moving").waitFor();
    await shoot(page, "triage-split-en-dark");
    await checkAccess(page, "split dialog");
    await page.keyboard.press("Enter");
    await page.locator(".undo-toast").first().waitFor();
    const after = await until(async () => { const now = await ask(page, "GET", `/incidents/${id}`); return now.alerts < before.alerts ? now : undefined; }, "alerts to have left");
    const { items } = await ask(page, "GET", `/incidents/${id}/changes`);
    assert.equal(items[0].kind, "split");
    await page.locator(".undo-toast").getByRole("button", { name: "Undo" }).click();
    await until(async () => (await ask(page, "GET", `/incidents/${id}`)).alerts > after.alerts, "them to be back");
    await done();
  },
  "the story plays in step in timeline and graph, by button and by key": async (browser, state) => {
    const { page, go, done } = await inside(browser, state);
    const id = await worst(page);
    const { evidence } = await ask(page, "GET", `/incidents/${id}`);
    await go(`/incidents/${id}`);
    await page.locator(".gr-node").first().waitFor();
    await page.locator("body").press("]");
    await page.locator(`#evidence-${evidence[0].number}.now`).waitFor();
    for (let i = 1; i < 6; i++) {
      await page.locator("body").press("]");
      const now = page.locator(".tl-row.now");
      await page.locator(`#evidence-${evidence[i].number}.now`).waitFor();
      assert.equal(await now.count(), 1, "one piece at a time");
      const names = new Set(evidence[i].alert.entities.map((e) => e.name));
      const lit = await page.locator(".react-flow__node.now .gr-node").evaluateAll((all) => all.map((n) => n.title));
      assert.ok(lit.length > 0, `the graph lights up for evidence ${evidence[i].number}`);
      for (const title of lit) assert.ok([...names].some((n) => title.includes(n)), `${title} takes part in evidence ${evidence[i].number}`);
      assert.equal(await page.locator(".tl-row.fade").count(), evidence.length - i - 1, "what is still to come is faint");
    }
    await page.locator("body").press("[");
    await page.locator(`#evidence-${evidence[4].number}.now`).waitFor();
    for (let i = 0; i < 2; i++) await page.locator("body").press("=");
    await page.locator("body").press("p");
    await page.locator(`#evidence-${evidence[8].number}.now`).waitFor();
    await shoot(page, "triage-play-en-dark");
    await page.locator("body").press("p");
    const at = await page.locator(".player-at").innerText();
    await new Promise((next) => { setTimeout(next, 900); });
    assert.equal(await page.locator(".player-at").innerText(), at, "a pause stays");
    await checkAccess(page, "a story being played");
    await page.locator("body").press("Escape");
    await until(async () => (await page.locator(".tl-row.fade, .tl-row.now").count()) === 0, "everything to be shown again");
    await done();
  },
  "the score adds up by family and says what it would be without each part": async (browser, state) => {
    const { page, go, done } = await inside(browser, state);
    const id = await worst(page);
    const incident = await ask(page, "GET", `/incidents/${id}`);
    await go(`/incidents/${id}?tab=score`);
    await page.locator(".waterfall b.right").first().waitFor();
    const points = numbers(await page.locator(".waterfall b.right").allInnerTexts());
    assert.equal(points.pop(), incident.score);
    assert.equal(points.reduce((a, b) => a + b, 0), incident.score, "the contributions add up to the score exactly");
    assert.equal(incident.reasons.reduce((n, r) => n + r.points, 0), incident.score);
    assert.ok(await page.locator(".wf-family").count() > 1, "more than one family contributes");
    const shown = numbers(await page.locator(".wf-without").allInnerTexts());
    assert.equal(shown.length, points.length, "each contribution says what the score would be without it");
    assert.ok(shown.every((n) => n >= 0 && n <= 100));
    await page.locator(".waterfall .cite").first().hover();
    await page.locator(".tl-row.fade").first().waitFor({ state: "attached" });
    await page.locator(".top").hover();
    await portrait(browser, state, "triage-score", `/incidents/${id}?tab=score`, async (p) => { await p.locator(".waterfall b.right").first().waitFor(); await p.locator(".inc-tabs").scrollIntoViewIfNeeded(); await p.evaluate(() => document.querySelector(".inc-tabs").scrollIntoView()); });
    await done();
  },
  "the ledger shows what it rests on, sealed": async (browser, state) => {
    const { page, go, done } = await inside(browser, state);
    const id = await worst(page);
    const ledger = await ask(page, "GET", `/incidents/${id}/evidence?limit=5`);
    assert.ok(ledger.total > 0 && ledger.intact, "evidence was recorded, and its chain holds");
    await go(`/incidents/${id}`);
    await page.locator(".inc-tabs").getByText("Ledger", { exact: true }).click();
    await page.locator(".ledger-list tbody tr").first().waitFor();
    await page.getByText("Chain intact").waitFor();
    await page.getByRole("button", { name: /Copy the seal of entry 1$/ }).first().click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), ledger.items[0].hash);
    await page.evaluate(() => document.querySelector(".inc-tabs").scrollIntoView());
    await shoot(page, "triage-ledger-en-dark");
    await checkAccess(page, "ledger");
    await done();
  },
  "tasks are made, done and removed; a comment is answered": async (browser, state) => {
    const { page, go, done } = await inside(browser, state);
    const id = await worst(page);
    await go(`/incidents/${id}?tab=notes`);
    await page.getByLabel("What is to be done?").fill("Ask the owner of web-01 about kit.drop-zone.example");
    await page.keyboard.press("Enter");
    const task = page.locator(".tasks li", { hasText: "Ask the owner of web-01" });
    await task.waitFor();
    await task.locator("input[type=checkbox]").click();
    await page.locator(".tasks li.done", { hasText: "Ask the owner" }).waitFor();
    const text = `Who owns this host? ${Date.now()}`;
    await page.getByLabel("Add note").fill(text);
    await page.getByRole("button", { name: "Add note" }).click();
    const note = page.locator(".notes > li", { hasText: text });
    await note.getByRole("button", { name: /^Reply to/ }).click();
    await note.getByLabel("Send reply").first().fill("The web team. They were called.");
    await note.getByRole("button", { name: "Send reply" }).click();
    await note.locator(".answers li", { hasText: "The web team" }).waitFor();
    await page.evaluate(() => document.querySelector(".inc-tabs").scrollIntoView());
    await shoot(page, "triage-tasks-en-dark");
    await checkAccess(page, "tasks and notes");
    await task.getByRole("button", { name: /^Remove/ }).click();
    await task.waitFor({ state: "detached" });
    await done();
  },
  "the queue groups, keeps a view, and leaves alone what is snoozed": async (browser, state) => {
    const { page, go, done } = await inside(browser, state);
    const tag = await bring(page, 2);
    await go(`/incidents?view=all&q=${tag}&group=entity`);
    await until(async () => (await page.locator(".inc-group").count()) === 2, "a group for each machine");
    await shoot(page, "triage-groups-en-dark");
    await checkAccess(page, "groups");
    await page.locator(".inc-group button").first().click();
    await until(async () => (await rows(page).count()) === 1, "the group to be folded");
    await page.getByRole("button", { name: "Save view" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("By machine");
    await page.keyboard.press("Enter");
    await page.locator(".view-tab.on", { hasText: "By machine" }).waitFor();
    await go("/incidents");
    await page.locator(".view-tab", { hasText: "By machine" }).getByRole("button", { name: "By machine", exact: true }).click();
    await page.waitForURL(/group=entity/);
    await go("/incidents");
    await rows(page).first().waitFor();
    const before = await rows(page).count();
    await page.keyboard.press("j");
    await page.keyboard.press("z");
    await page.getByRole("dialog").waitFor();
    await checkAccess(page, "snooze dialog");
    await page.keyboard.press("Enter");
    await until(async () => (await rows(page).count()) === before - 1, "the row to be gone");
    await page.getByRole("button", { name: "1 snoozed" }).click();
    await until(async () => (await rows(page).count()) === before, "the row to be back");
    await go("/incidents?view=below");
    await page.getByText("Under the line of the budget").first().waitFor();
    await checkAccess(page, "below the line");
    await done();
  },
};
