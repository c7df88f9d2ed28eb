import { strict as assert } from "node:assert";
import { ask, openPage, settings, until } from "./browser.mjs";

const wanted = 10;
const limit = 60_000;

/** A Sysmon record, as Winlogbeat sends it, of a command that a rule of the starter pack knows. */
const record = (host, user) => JSON.stringify({
  "@timestamp": new Date().toISOString(), agent: { type: "winlogbeat", version: "8.15.0" }, event: { code: "1", kind: "event", provider: "Microsoft-Windows-Sysmon" }, host: { name: host },
  winlog: {
    channel: "Microsoft-Windows-Sysmon/Operational", computer_name: `${host}.example`, event_id: "1", provider_name: "Microsoft-Windows-Sysmon",
    event_data: { CommandLine: "powershell.exe Add-MpPreference -ExclusionPath D:\\work", Image: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", OriginalFileName: "powershell.exe", ParentImage: "C:\\Windows\\System32\\cmd.exe", ProcessId: "4711", User: `TEST\\${user}` },
  },
});

export const tests = {
  "ten incidents are taken, assigned and closed by keyboard alone": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/incidents");
    await page.locator("nav.nav").waitFor();
    const tag = `kb${Date.now().toString(36)}`;
    const token = await ask(page, "POST", "/tokens", { name: tag, scopes: ["ingest"] });
    const body = Array.from({ length: wanted }, (_, i) => record(`${tag}-${i}`, `${tag}.user${i}`)).join("\n");
    const res = await fetch(`${settings.url}/ingest/v1/events?source=${tag}`, { method: "POST", headers: { Authorization: `Bearer ${token.secret}`, "Content-Type": "application/x-ndjson" }, body: `${body}\n` });
    assert.ok(res.ok, `ingest said ${res.status}`);
    const mine = async () => (await ask(page, "GET", `/incidents?q=${tag}&limit=50`)).items;
    await until(async () => (await mine()).length === wanted, "an incident for each record", 30_000);
    await ask(page, "DELETE", `/tokens/${token.id}`);

    const { name } = await ask(page, "GET", "/session");
    await go("/incidents");
    await page.locator("nav.nav").waitFor();
    const start = Date.now();
    await page.keyboard.press("/");
    await page.keyboard.type(tag);
    await until(async () => (await page.locator(".inc-row:not(.ghost)").count()) === wanted, "the list to be narrowed");
    await page.keyboard.press("Escape");
    for (let i = 0; i < wanted; i++) {
      await page.keyboard.press("j");
      await page.locator(".inc-row.focused").waitFor();
      if (i === 0) await page.keyboard.press("Space");
      await page.locator(".flyout .story").waitFor();
      await page.keyboard.press("a");
      await page.keyboard.press("c");
      await page.locator(".radio-list").waitFor();
      await page.keyboard.press(i % 2 ? "2" : "1");
      await page.keyboard.press("Enter");
      await page.locator(".radio-list").waitFor({ state: "detached" });
      await page.locator(".inc-row.focused.closed").waitFor();
    }
    const took = Date.now() - start;
    const after = await mine();
    assert.deepEqual(after.map((i) => [i.status, i.owner]), after.map(() => ["closed", name]), "all are closed, and somebody's");
    assert.deepEqual(new Set(after.map((i) => i.verdict)), new Set(["true_positive", "benign_positive"]));
    console.log(`      ${wanted} incidents triaged by keyboard in ${(took / 1000).toFixed(1)} s`);
    assert.ok(took < limit, `triage took ${took} ms`);
    await done();
  },
};
