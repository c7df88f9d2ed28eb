import { Link } from "@tanstack/react-router";
import { useT } from "../i18n";

const tabs = [
  { name: "rules", to: "/rules" }, { name: "exceptions", to: "/rules/exceptions" }, { name: "attack", to: "/rules/attack" }, { name: "ledger", to: "/rules/ledger" },
] as const;

/** The screens about detection, side by side. */
export function DetectionTabs() {
  const t = useT().detection.tabs;
  return (
    <nav className="head-tabs" aria-label={t.label}>
      {tabs.map((x) => <Link key={x.name} to={x.to} className="head-tab" activeProps={{ className: "head-tab active", "aria-current": "page" }} activeOptions={{ exact: true, includeSearch: false }}>{t[x.name]}</Link>)}
    </nav>
  );
}
