import { strict as assert } from "node:assert";
import { checkAccess, openPage, settings, shoot } from "./browser.mjs";

/** Logs in, choosing a password of one's own when the given one is for one time only. */
export async function enter(page, { user, password, fresh } = settings) {
  const name = page.locator("input[autocomplete=username]").first();
  const inside = page.locator("nav.nav");
  await Promise.race([name.waitFor(), inside.waitFor()]);
  for (const word of [password, fresh]) {
    if (await inside.count()) break;
    await page.locator("input[name=username]").fill(user);
    await page.locator("input[name=current-password]").fill(word);
    await page.locator("button[type=submit]").click();
    const change = page.locator("input[name=new-password]").first();
    await Promise.race([inside.waitFor(), change.waitFor(), page.locator("[role=alert]").first().waitFor()]);
    if (await change.count()) {
      await page.locator("input[name=current-password]").fill(word);
      await page.locator("input[name=new-password]").nth(0).fill(fresh);
      await page.locator("input[name=new-password]").nth(1).fill(fresh);
      await page.locator("button[type=submit]").click();
      await inside.waitFor();
    }
  }
  await inside.waitFor();
}

export const tests = {
  "a wrong password is refused and said so, in both languages": async (browser) => {
    for (const [language, theme, words] of [["en", "dark", "not right"], ["zh", "light", "不正确"]]) {
      const { page, go, done } = await openPage(browser, { language, theme, allowed: [/401/, /429/] });
      await go("/incidents");
      await page.locator("input[name=username]").fill("nobody");
      await checkAccess(page, `login ${language}`);
      await shoot(page, `login-${language}-${theme}`);
      await page.locator("input[name=current-password]").fill("wrong-password");
      await page.locator("button[type=submit]").click();
      const alert = page.locator("[role=alert]").first();
      await alert.waitFor();
      assert.match(await alert.innerText(), new RegExp(`${words}|Too many|过多`));
      assert.match(page.url(), /\/incidents/, "the address stays where one wanted to go");
      await done();
    }
  },
};
