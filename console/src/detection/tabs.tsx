import { Link, useRouterState } from "@tanstack/react-router";
import { useT } from "../i18n";

const tabs = [
  { name: "rules", to: "/rules" }, { name: "exceptions", to: "/rules/exceptions" }, { name: "attack", to: "/rules/attack" }, { name: "asleep", to: "/rules/asleep" }, { name: "ledger", to: "/rules/ledger" },
] as const;

/** The screens about detection, side by side; the one that is shown is the title of the page. */
export function DetectionTabs() {
  const t = useT().detection.tabs;
  const path = useRouterState({ select: (s) => s.location.pathname.replace(/(.)\/$/, "$1") });
  return (
    <nav className="head-tabs" aria-label={t.label}>
      {tabs.map((x) => {
        const on = x.to === path;
        const link = <Link key={x.name} to={x.to} search={{}} className={on ? "head-tab active" : "head-tab"} activeProps={{ className: "" }} aria-current={on ? "page" : undefined}>{t[x.name]}</Link>;
        return on ? <h1 key={x.name}>{link}</h1> : link;
      })}
    </nav>
  );
}
