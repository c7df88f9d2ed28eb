// Facts that speak against an attack, as people meet them: written down with a preview, seen in the waterfall, taken back.
import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, portrait, settings, shoot, until } from "./browser.mjs";

/** Has one alert become an incident of its own on a machine, and returns the incident. */
async function attacked(page, host) {
  const token = await ask(page, "POST", "/tokens", { name: host, scopes: ["ingest"] });
  const record = JSON.stringify({
    "@timestamp": new Date().toISOString(), agent: { type: "winlogbeat", version: "8.15.0" }, event: { code: "1", kind: "event", provider: "Microsoft-Windows-Sysmon" }, host: { name: host },
    winlog: {
      channel: "Microsoft-Windows-Sysmon/Operational", computer_name: `${host}.example`, event_id: "1", provider_name: "Microsoft-Windows-Sysmon",
      event_data: { CommandLine: "powershell.exe Add-MpPreference -ExclusionPath D:\\work", Image: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", OriginalFileName: "powershell.exe", ParentImage: "C:\\Windows\\System32\\cmd.exe", ProcessId: "4711", User: `TEST\\mei.${host}` },
    },
  });
  const res = await fetch(`${settings.url}/ingest/v1/events?source=${host}`, { method: "POST", headers: { Authorization: `Bearer ${token.secret}`, "Content-Type": "application/x-ndjson" }, body: `${record}\n` });
  assert.ok(res.ok, `ingest said ${res.status}`);
  const found = await until(async () => (await ask(page, "GET", `/incidents?entity=host:${host}&status=open`)).items?.[0], `the incident of ${host}`, 30_000);
  await ask(page, "DELETE", `/tokens/${token.id}`);
  return ask(page, "GET", `/incidents/${found.id}`);
}

const negative = (page) => page.locator(".waterfall [role=row]", { hasText: /maintenance window/ });

/** Waits for what moves and ends: colours in between are nobody's choice. */
const settled = (page) => page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished.catch(() => undefined))).then(() => undefined));

export const tests = {
  "a maintenance window takes points off an open incident, says so, and is taken back": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    const host = `ws-${Date.now().toString(36)}`;
    await go("/today");
    await page.locator("nav.nav").waitFor();
    const before = await attacked(page, host);
    await go("/noise?tab=facts");
    await page.getByRole("button", { name: "New fact" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText("Maintenance", { exact: true }).waitFor();
    await drawer.getByLabel("Whom it concerns").fill(`host:${host}`);
    await page.keyboard.press("Enter");
    const effect = drawer.locator(".fact-effect li");
    await effect.first().waitFor();
    await drawer.getByText("It speaks against 1 open incident").waitFor();
    await drawer.getByText("It stays where it is, above or below the line.").waitFor();
    const [was, will] = (await effect.first().locator("b").allInnerTexts()).map(Number);
    assert.equal(was, before.score, "the preview begins at the score as it is");
    assert.ok(will < was, `the preview says ${was} → ${will}`);
    assert.equal((await ask(page, "GET", `/incidents/${before.id}`)).score, before.score, "a preview changes nothing");
    await drawer.getByLabel("Source", { exact: true }).fill("change calendar");
    await drawer.getByLabel("Ticket or reference").fill("CHG-2041");
    await drawer.getByLabel("In a sentence").fill("Antivirus exclusions are rolled out");
    await settled(page);
    await checkAccess(page, "the form of a fact");
    await shoot(page, "facts-form-en-dark");
    await drawer.getByRole("button", { name: "Write it down" }).click();
    const row = page.locator(".fact-table tbody tr", { hasText: host });
    await row.getByText("In force").waitFor();
    await row.getByText("CHG-2041").waitFor();
    await row.getByRole("link", { name: "1 incident" }).click();
    await page.locator(".inc-tabs").waitFor();
    await go(`/incidents/${before.id}?tab=score`);
    const bar = negative(page).locator("i.minus");
    await bar.waitFor();
    assert.ok((await bar.boundingBox()).width > 2, "the negative bar has a width");
    assert.match(await negative(page).first().innerText(), /−\d+/);
    const after = await ask(page, "GET", `/incidents/${before.id}`);
    assert.equal(after.score, will, "the score is what the preview said");
    assert.equal(after.reasons.reduce((n, r) => n + r.points, 0), after.score, "contributions add up");
    assert.equal(after.reasons.find((r) => r.code === "maintenance").without, before.score, "without the fact it is what it was");
    const ledger = (await ask(page, "GET", `/incidents/${before.id}/evidence`)).items;
    assert.ok(ledger.some((e) => e.kind === "exculpatory" && e.weight === -1.5), "the ledger has the fact");
    await page.getByText(/Against it: It falls into a maintenance window: Antivirus exclusions are rolled out \(CHG-2041\), says change calendar; one source alone/).waitFor();
    await portrait(browser, state, "facts", "/noise?tab=facts", (p) => p.locator(".fact-table tbody tr").first().waitFor());
    await portrait(browser, state, "facts-incident", `/incidents/${before.id}?tab=score`, async (p) => { await p.locator(".waterfall i.minus").first().waitFor(); await p.evaluate(() => document.querySelector(".inc-tabs").scrollIntoView()); });
    await go("/noise?tab=facts");
    await row.getByRole("button", { name: "Take back" }).click();
    await page.getByRole("tooltip").getByRole("button", { name: "Take back" }).click();
    await row.getByText("Taken back", { exact: true }).waitFor();
    const again = await until(async () => { const x = await ask(page, "GET", `/incidents/${before.id}`); return x.score === before.score ? x : undefined; }, "the score to be what it was");
    assert.ok(!again.reasons.some((r) => r.code === "maintenance"), "nothing speaks against it any more");
    await done();
  },
  "what cannot be a fact is not sent": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/noise?tab=facts&add=fact");
    const drawer = page.getByRole("dialog");
    await drawer.getByLabel("Whom it concerns").fill("web-01");
    await page.keyboard.press("Enter");
    await drawer.getByText("“web-01” is not kind:name").waitFor();
    await drawer.getByText("Not vulnerable", { exact: true }).click();
    await drawer.getByLabel("Weaknesses that are not there").fill("log4shell");
    await page.keyboard.press("Enter");
    await drawer.getByText("“log4shell” is not CVE-year-number").waitFor();
    assert.ok(await drawer.getByRole("button", { name: "Write it down" }).isDisabled());
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    await done();
  },
};
