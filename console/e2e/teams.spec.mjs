// Teams as people meet them: made with what they own, each with a number of incidents a day and a line of its own; the queue by team.
import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, portrait, settings, shoot, until } from "./browser.mjs";

const made = [{ name: "e2e-clinic", title: "Clinical systems", department: "Radiology", asked: "0.5" }, { name: "e2e-core", title: "Core services", department: "Identity", asked: "5" }];

/** Types a list of words into a field that takes several. */
async function tagsInto(dialog, label, words) {
  const field = dialog.getByRole("combobox", { name: label });
  for (const word of words) { await field.fill(word); await field.press("Enter"); }
}

async function clear(page) {
  const names = new Set((await ask(page, "GET", "/teams")).items.map((t) => t.name));
  for (const { name } of made) if (names.has(name)) await ask(page, "DELETE", `/teams/${name}`);
}

const teamsOf = async (page) => new Map((await ask(page, "GET", "/noise")).teams.map((t) => [t.name, t]));

export const tests = {
  "two teams are made, and each gets a line of its own": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/noise");
    await page.locator(".budget-figures").waitFor();
    await clear(page);
    await page.reload();
    for (const team of made) {
      await page.getByRole("button", { name: "New team" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox", { name: "Name", exact: true }).fill(team.name);
      await dialog.getByRole("textbox", { name: "Title" }).fill(team.title);
      await tagsInto(dialog, "Departments", [team.department]);
      if (team === made[1]) { await tagsInto(dialog, "Networks", ["10.9.0.0/16"]); await checkAccess(page, "the drawer of a team"); await shoot(page, "team-drawer-en-dark"); }
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "hidden" });
      await page.locator(".teams tr", { hasText: team.title }).waitFor();
    }
    for (const team of made) {
      await page.locator(".budget-pick").getByText(team.title, { exact: true }).click();
      assert.ok(new URL(page.url()).searchParams.get("team") === team.name, "the address names the team");
      const field = page.getByRole("spinbutton", { name: "Incidents a day" });
      await field.fill(team.asked);
      await field.press("Tab");
      await page.locator(".dial-outcome").getByText(/would put the line at \d+/).waitFor();
      await page.getByRole("button", { name: "Use it" }).click();
      await until(async () => (await teamsOf(page)).get(team.name)?.own, `the number of ${team.name}`);
      await page.locator(".teams tr.on", { hasText: team.title }).getByRole("cell", { name: team.asked, exact: true }).waitFor();
    }
    const teams = await teamsOf(page);
    const [clinic, core] = made.map((t) => teams.get(t.name));
    assert.deepEqual([clinic.asked, core.asked], [0.5, 5]);
    if (clinic.line.days >= 1 && core.line.days >= 1) {
      assert.notEqual(clinic.line.score, core.line.score, "each line is drawn by its own history");
      for (const t of [clinic, core]) assert.ok(t.line.expected <= t.asked, `${t.name}: ${t.line.expected} a day are expected`);
    }
    for (const t of [clinic, core]) {
      const row = page.locator(".teams tr", { hasText: t.title });
      await row.getByRole("cell", { name: String(t.line.score), exact: true }).first().waitFor();
    }
    await page.locator(".budget-pick").getByText("All others", { exact: true }).waitFor();
    await portrait(browser, state, "noise-teams", `/noise?team=${made[1].name}`, async (p) => { await p.locator(".teams tr.on").waitFor(); await p.locator(".teams").scrollIntoViewIfNeeded(); });
    await done();
  },
  "the queue shows one team's incidents, and one is given to another team": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/incidents?view=all");
    await page.getByRole("columnheader", { name: "Team" }).waitFor();
    const first = (await ask(page, "GET", "/incidents?status=open,working,contained&sort=last&team=-&limit=1")).items[0];
    assert.ok(first, "there is an incident that is open");
    await go(`/incidents/${first.id}`);
    await page.getByRole("combobox", { name: "Give to a team" }).click();
    await page.locator(".ant-select-item", { hasText: made[0].title }).click();
    const given = await until(async () => { const i = await ask(page, "GET", `/incidents/${first.id}`); return i.team === made[0].name && i; }, "the incident to be the team's");
    assert.equal(given.team_by, settings.user);
    await go("/incidents?view=all");
    await page.getByRole("combobox", { name: "Team", exact: true }).click();
    await page.locator(".ant-select-item", { hasText: made[0].title }).click();
    await until(async () => new URL(page.url()).searchParams.get("team") === made[0].name, "the address to name the team");
    const total = (await ask(page, "GET", `/incidents?team=${made[0].name}`)).total;
    await page.locator(".inc-row:not(.ghost) .c-team").first().waitFor();
    await until(async () => new RegExp(`(^|\\D)${total}\\D`).test(await page.locator(".inc-screen-head [role=status]").innerText()), `${total} rows`);
    assert.ok((await page.locator(".inc-row:not(.ghost) .c-team").allInnerTexts()).every((t) => t === made[0].title), "only that team's incidents");
    await portrait(browser, state, "incidents-team", `/incidents?view=all&team=${made[0].name}`, (p) => p.locator(".inc-row:not(.ghost) .c-team").first().waitFor());
    await done();
  },
  "a team is removed, and with it the column": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/noise");
    await page.getByRole("button", { name: `Edit ${made[0].title}` }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.locator(".ant-popover").getByRole("button", { name: "Remove" }).click();
    await page.locator(".teams tr", { hasText: made[0].title }).waitFor({ state: "detached" });
    await clear(page);
    await go("/incidents?view=all");
    await page.getByRole("columnheader", { name: "Owner" }).waitFor();
    await until(async () => (await page.getByRole("columnheader", { name: "Team" }).count()) === 0, "the column to go");
    await done();
  },
};
